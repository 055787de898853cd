using Handcarry.Hosts.OpenShift.Api;
using k8s.Exceptions;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>The token by which a kubeconfig's user is known to the cluster.</summary>
public static class KubeconfigToken
{
    /// <summary>
    /// That of the current context's user: its <c>token</c>, what its <c>tokenFile</c> holds, or what its <c>exec</c> plugin gives. Throws <see cref="ArgumentException"/>,
    /// naming the file, when it cannot be read or has none.
    /// </summary>
    public static string Read(string path)
    {
        try
        {
            var config = KubeconfigFile.Read(path);
            if (!string.IsNullOrWhiteSpace(config.AccessToken))
                return config.AccessToken.Trim();
            if (config.TokenProvider?.GetAuthenticationHeaderAsync(CancellationToken.None).GetAwaiter().GetResult() is { Scheme: "Bearer", Parameter: { Length: > 0 } given })
                return given;
            if (KubeconfigFile.TokenFile(path) is { } file)
                return File.ReadAllText(file).Trim();
            throw new ArgumentException(string.IsNullOrEmpty(config.ClientCertificateData) && string.IsNullOrEmpty(config.ClientCertificateFilePath)
                ? $"{path} has no token for the user of its current context: log in (oc login), or set HANDCARRY_TOKEN."
                : $"{path} has a client certificate for the user of its current context; agents need a token: log in (oc login), make one (oc create token), and set HANDCARRY_TOKEN.");
        }
        catch (Exception e) when (e is KubeConfigException or KubernetesClientException or IOException or UnauthorizedAccessException or FormatException or YamlDotNet.Core.YamlException or HttpRequestException)
        {
            throw new ArgumentException($"{path} cannot be used to find your token ({e.Message}): name a readable kubeconfig with a current context, or set HANDCARRY_TOKEN.", e);
        }
    }
}
