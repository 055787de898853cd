using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Cli.Connection;

/// <summary>Finds the token by which the cluster knows who is at the keyboard.</summary>
internal static class UserToken
{
    /// <summary>
    /// <c>HANDCARRY_TOKEN</c>; else that of <paramref name="kubeconfig"/>, of the first file that <c>KUBECONFIG</c> names, or of <c>~/.kube/config</c>. Empty, with a
    /// problem, when there is none.
    /// </summary>
    public static string Find(string? kubeconfig, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (string.IsNullOrEmpty(kubeconfig) && environment.GetValueOrDefault("HANDCARRY_TOKEN", "").Trim() is { Length: > 0 } token)
            return token;
        var path = kubeconfig;
        if (string.IsNullOrEmpty(path))
            path = environment.GetValueOrDefault("KUBECONFIG", "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(File.Exists);
        if (path is null && environment.GetValueOrDefault("HOME", "") is { Length: > 0 } home && Path.Combine(home, ".kube", "config") is var usual && File.Exists(usual))
            path = usual;
        if (path is null)
        {
            problems.Add("Nothing says who you are: log in to the cluster (oc login), give --kubeconfig FILE, or set HANDCARRY_TOKEN.");
            return "";
        }
        try
        {
            return KubeconfigToken.Read(path);
        }
        catch (ArgumentException e)
        {
            problems.Add(e.Message);
            return "";
        }
    }
}
