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
    public static KubernetesTransport Open(string? kubeconfig, params DelegatingHandler[] handlers)
    {
        try
        {
            var config = string.IsNullOrEmpty(kubeconfig)
                ? KubernetesClientConfiguration.InClusterConfig()
                : KubeconfigFile.Read(kubeconfig);
            return new KubernetesTransport(config, handlers);
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
