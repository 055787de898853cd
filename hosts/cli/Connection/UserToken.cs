using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Cli.Connection;

/// <summary>Finds the kubeconfig of who is at the keyboard, and the token.</summary>
internal static class UserToken
{
    /// <summary>
    /// <paramref name="kubeconfig"/>; else the first file that <c>KUBECONFIG</c> names, or <c>~/.kube/config</c>. Null when there is none.
    /// </summary>
    public static string? Kubeconfig(string? kubeconfig, IReadOnlyDictionary<string, string> environment)
    {
        if (!string.IsNullOrEmpty(kubeconfig))
            return kubeconfig;
        var named = environment.GetValueOrDefault("KUBECONFIG", "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(File.Exists);
        if (named is not null)
            return named;
        return environment.GetValueOrDefault("HOME", "") is { Length: > 0 } home && Path.Combine(home, ".kube", "config") is var usual && File.Exists(usual) ? usual : null;
    }

    /// <summary>
    /// <c>HANDCARRY_TOKEN</c>, unless a kubeconfig was asked for by its name; else that of the kubeconfig's user. With a problem when there can be none.
    /// </summary>
    /// <param name="asked">The kubeconfig that was asked for.</param>
    /// <param name="kubeconfig">The one that was found.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="clock">By what clock tokens end.</param>
    /// <param name="problems">Gets the problem.</param>
    public static TokenSource Find(string? asked, string? kubeconfig, IReadOnlyDictionary<string, string> environment, TimeProvider clock, List<string> problems)
    {
        if (string.IsNullOrEmpty(asked) && environment.GetValueOrDefault("HANDCARRY_TOKEN", "").Trim() is { Length: > 0 } token)
            return new TokenSource(_ => Task.FromResult(new BearerToken(token)), clock);
        if (kubeconfig is null)
            problems.Add("Nothing says who you are: log in to the cluster (oc login), give --kubeconfig FILE, or set HANDCARRY_TOKEN.");
        return new TokenSource(cancellationToken => KubeconfigUser.TokenAsync(kubeconfig!, cancellationToken), clock);
    }
}
