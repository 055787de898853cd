using Handcarry.Hosts.OpenShift.Api;
using k8s.Exceptions;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>Where a kubeconfig's current context leads, and by what token its user is known there.</summary>
public static class KubeconfigUser
{
    /// <summary>Address of the API server, as it is written. Throws <see cref="ArgumentException"/>, naming the file, when there is none.</summary>
    public static string Server(string path) => Reading(path, () =>
        KubeconfigText.Read(path).Server is { Length: > 0 } server ? server : throw new ArgumentException($"{path} has no cluster for its current context: log in (oc login), or name another with --kubeconfig."));

    /// <summary>
    /// The token of the current context's user: its <c>token</c>, what its <c>tokenFile</c> holds (which wins, as with kubectl), or what its <c>exec</c> plugin gives. Throws
    /// <see cref="ArgumentException"/>, naming the file, when it cannot be read or has none.
    /// </summary>
    public static async Task<BearerToken> TokenAsync(string path, CancellationToken cancellationToken)
    {
        var user = Reading(path, () => KubeconfigText.Read(path));
        if (user.TokenFile.Length > 0)
            return new BearerToken(Reading(path, () => File.ReadAllText(user.TokenFile).Trim()) is { Length: > 0 } held ? held : throw new ArgumentException($"{user.TokenFile}, which {path} names as tokenFile, is empty: log in again."));
        if (user.Token.Length > 0)
            return new BearerToken(user.Token);
        if (user.Exec is { } plugin)
            return await ExecPlugin.RunAsync(path, plugin, user.Server, cancellationToken);
        throw new ArgumentException(user.HasCertificate
            ? $"{path} has a client certificate for the user of its current context; agents need a token: log in (oc login), or make one (oc create token) and set HANDCARRY_TOKEN."
            : $"{path} has no token for the user of its current context: log in (oc login), or set HANDCARRY_TOKEN.");
    }

    private static T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException or YamlDotNet.Core.YamlException)
        {
            throw new ArgumentException($"{path} cannot be used to find your token ({e.Message}): name a readable kubeconfig with a current context, or set HANDCARRY_TOKEN.", e);
        }
    }
}
