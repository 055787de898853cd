using k8s;
using k8s.Exceptions;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>Finds the API server: its address, whom to trust, and this process's credentials there.</summary>
public static class KubernetesConnection
{
    /// <summary>
    /// The way to the API server that <paramref name="kubeconfig"/> names, or, when that is empty, for the one this process is a pod of.
    /// Nothing is sent yet. Throws <see cref="ArgumentException"/>, naming the setting, when the configuration cannot be used.
    /// </summary>
    /// <param name="kubeconfig">Path of a kubeconfig file; its current context counts. Empty: the service account of this pod.</param>
    /// <param name="handlers">Handlers that see each request first, outermost first.</param>
    public static KubernetesTransport Open(string? kubeconfig, params DelegatingHandler[] handlers) =>
        Made(kubeconfig, () => string.IsNullOrEmpty(kubeconfig) ? KubernetesClientConfiguration.InClusterConfig() : KubeconfigFile.Read(kubeconfig), handlers);

    /// <summary>
    /// As the other for a kubeconfig, with a token in place of its user's own and of its plugin, which is not run. Throws as the other.
    /// </summary>
    public static KubernetesTransport OpenAs(string kubeconfig, string token) => Made(kubeconfig, () => KubeconfigFile.Read(kubeconfig, token), []);

    private static KubernetesTransport Made(string? kubeconfig, Func<KubernetesClientConfiguration> read, DelegatingHandler[] handlers)
    {
        try
        {
            return new KubernetesTransport(read(), handlers);
        }
        catch (Exception e) when (e is KubeConfigException or KubernetesClientException or IOException or UnauthorizedAccessException or FormatException or System.Security.Cryptography.CryptographicException or YamlDotNet.Core.YamlException)
        {
            throw new ArgumentException(
                string.IsNullOrEmpty(kubeconfig)
                    ? $"kubernetes.kubeconfig is empty and this process is not a pod with a service account ({e.Message}): name a kubeconfig file."
                    : $"kubernetes.kubeconfig: {kubeconfig} cannot be used ({e.Message}): name a readable kubeconfig file with a current context.",
                nameof(kubeconfig), e);
        }
    }
}
