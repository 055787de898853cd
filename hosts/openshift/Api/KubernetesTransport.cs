using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>
/// Address, trust and credentials of an API server, made of KubernetesClient's configuration with KubernetesClient's own rules. The
/// <see cref="Kubernetes"/> client itself is not made: it prepares the serializers of every kind there is, which costs an agent more memory than
/// all that it reads (docs/benchmarks.md, "Memory of an agent").
/// </summary>
public sealed class KubernetesTransport : IDisposable
{
    internal KubernetesTransport(KubernetesClientConfiguration config, IReadOnlyList<DelegatingHandler> handlers)
    {
        BaseUri = new Uri(config.Host.TrimEnd('/') + "/");
        Credentials = Kubernetes.CreateCredentials(config);
        HttpMessageHandler handler = SocketsHandler(config);
        foreach (var outer in handlers.Reverse())
        {
            outer.InnerHandler = handler;
            handler = outer;
        }

        // Each request has its own time limit; a watch has none.
        Http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    internal Uri BaseUri { get; }

    internal ServiceClientCredentials? Credentials { get; }

    internal HttpClient Http { get; }

    /// <inheritdoc/>
    public void Dispose() => Http.Dispose();

    [SuppressMessage("Security", "CA5359", Justification = "Only where the kubeconfig says insecure-skip-tls-verify.")]
    private static SocketsHttpHandler SocketsHandler(KubernetesClientConfiguration config)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = string.IsNullOrEmpty(config.TlsServerName) ? null : config.TlsServerName };
        if (config.SkipTlsVerify)
            tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        else if (config.SslCaCerts is { Count: > 0 } authorities)
            tls.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                certificate is X509Certificate2 shown && chain is not null && Kubernetes.CertificateValidationCallBack(sender, authorities, shown, chain, errors);
        if (ClientCertificate(config) is { } own)
            tls.ClientCertificates = [own];
        return new SocketsHttpHandler
        {
            SslOptions = tls,
            // A connection whose other end is gone without a word is noticed by pings: watches wait for hours.
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        };
    }

    private static X509Certificate2? ClientCertificate(KubernetesClientConfiguration config)
    {
        var certificate = Pem(config.ClientCertificateData, config.ClientCertificateFilePath);
        var key = Pem(config.ClientCertificateKeyData, config.ClientKeyFilePath);
        return certificate is null || key is null ? null : X509Certificate2.CreateFromPem(certificate, key);
    }

    private static string? Pem(string? data, string? path) => (data, path) switch
    {
        ({ Length: > 0 }, _) => Encoding.UTF8.GetString(Convert.FromBase64String(data)),
        (_, { Length: > 0 }) => File.ReadAllText(path),
        _ => null,
    };
}
