using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// HTTP to registries, their token servers and wherever they lead to. HTTP/1.1 with a connection per transfer: over HTTP/2 all transfers of a
/// host would share one connection, with one congestion window and .NET's flow control windows, and a lost packet would stop them all.
/// Proxies are those of the environment, as <see cref="HttpClient"/> reads it.
/// </summary>
internal sealed class RegistryTransport : IDisposable
{
    private const int MostRedirects = 10;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly HashSet<string> _insecure = new(StringComparer.OrdinalIgnoreCase);
    private readonly HttpClient _verifying;
    private readonly HttpClient _believing;

    [SuppressMessage("Security", "CA5359", Justification = "Only for registries that the user names as insecure.")]
    public RegistryTransport(RegistryClientOptions options)
    {
        foreach (var name in options.InsecureRegistries)
            Name(name);
        _verifying = Create(options, options.ExtraCertificateAuthorities is { Count: > 0 } extra ? Accepting(extra) : null);
        _believing = Create(options, static (_, _, _, _) => true);
    }

    public bool IsInsecure(Uri uri) => _insecure.Contains($"{uri.Host}:{uri.Port}");

    /// <summary>GET from a registry, redirects followed; the address that answered is that of the response's request.</summary>
    public async Task<HttpResponseMessage> GetAsync(RegistryHost host, string path, Asked asked, CancellationToken ct)
    {
        if (!host.Insecure || host.Scheme is not null)
            return await GetAsync(host.Address(host.Scheme ?? Uri.UriSchemeHttps, path), asked, ct);
        // As podman does with --tls-verify=false (containers/image, docker_client.go, detectPropertiesHelper).
        HttpResponseMessage response;
        try
        {
            response = await GetAsync(host.Address(Uri.UriSchemeHttps, path), asked, ct);
            host.Scheme = Uri.UriSchemeHttps;
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError)
        {
            response = await GetAsync(host.Address(Uri.UriSchemeHttp, path), asked, ct);
            host.Scheme = Uri.UriSchemeHttp;
        }

        return response;
    }

    /// <summary>GET, redirects followed. Where another host is led to, it is shown nothing, nor is anyone after it.</summary>
    public async Task<HttpResponseMessage> GetAsync(Uri uri, Asked asked, CancellationToken ct)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = Request(HttpMethod.Get, uri);
            request.Headers.Authorization = asked.Authorization;
            if (asked.Accept is not null)
                request.Headers.TryAddWithoutValidation("Accept", asked.Accept);
            if (asked.From > 0)
                request.Headers.Range = new RangeHeaderValue(asked.From, null);
            var response = await SendAsync(request, ct);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return response;
            response.Dispose();
            if (redirects == MostRedirects)
                throw new RegistryFault(FaultKind.Final, Reasons.RegistryRefused, $"{uri.Authority} leads on after {MostRedirects} redirects.");
            var next = new Uri(uri, location);
            if (Uri.Compare(uri, next, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
                asked = asked with { Authorization = null };
            uri = next;
        }
    }

    /// <summary>POST of a form that contains a secret: goes nowhere else.</summary>
    public async Task<HttpResponseMessage> PostAsync(Uri uri, IEnumerable<KeyValuePair<string, string>> form, CancellationToken ct)
    {
        using var request = Request(HttpMethod.Post, uri);
        request.Content = new FormUrlEncodedContent(form);
        return await SendAsync(request, ct);
    }

    public void Dispose()
    {
        _verifying.Dispose();
        _believing.Dispose();
    }

    private static HttpRequestMessage Request(HttpMethod method, Uri uri)
    {
        var request = new HttpRequestMessage(method, uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("handcarry", null));
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var uri = request.RequestUri!;
        var insecure = IsInsecure(uri);
        if (uri.Scheme != Uri.UriSchemeHttps && !(insecure && uri.Scheme == Uri.UriSchemeHttp))
        {
            throw new RegistryFault(
                FaultKind.Final,
                Reasons.RegistryUntrusted,
                $"{uri.Scheme}://{uri.Authority} is not asked: what it says could be seen and changed on the way. Name {uri.Authority} as an insecure registry if that is no matter.");
        }

        try
        {
            return await (insecure ? _believing : _verifying).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException e) when (!insecure && e is { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException untrusted })
        {
            throw new RegistryFault(
                FaultKind.Final,
                Reasons.RegistryUntrusted,
                $"{uri.Authority} cannot be trusted: {untrusted.Message.TrimEnd('.')}. Give the authority that signed its certificate, or name it as an insecure registry if it does not matter who answers.",
                e);
        }
    }

    private void Name(string registry)
    {
        foreach (var scheme in (string[])[Uri.UriSchemeHttps, Uri.UriSchemeHttp])
        {
            if (!ImageReference.IsRegistry(registry) || !Uri.TryCreate($"{scheme}://{registry}", UriKind.Absolute, out var uri))
                throw new ContentException(Reasons.InvalidReference, $"\"{registry}\" cannot be named as an insecure registry: expected host or host:port.");
            // Without a port the default ones of both schemes.
            _insecure.Add($"{uri.Host}:{uri.Port}");
            if (!uri.IsDefaultPort)
                break;
        }
    }

    private static HttpClient Create(RegistryClientOptions options, RemoteCertificateValidationCallback? judge)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // A fetch of hours should notice that a name has moved.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = judge;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>What the machine trusts, or what leads to one of <paramref name="extra"/>. The name must be right in any case.</summary>
    private static RemoteCertificateValidationCallback Accepting(X509Certificate2Collection extra) => (_, certificate, presented, errors) =>
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(extra);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(leaf);
    };
}
