using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Registries;

/// <summary>
/// Gives tokens as <c>docker-registry</c> wants them (its documentation, "Token Authentication Specification": JSON Web Tokens, the certificate of the key in
/// <c>x5c</c>): to anyone, or to one user by password or refresh token.
/// </summary>
public sealed class TokenServer : IAsyncDisposable
{
    public const string Service = "tests-registry";
    public const string Issuer = "tests-issuer";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly RegistryUser? _user;
    private readonly string? _refresh;
    private ScriptedRegistry _http = null!;

    private TokenServer(RegistryUser? user, string? refresh)
    {
        (_user, _refresh) = (user, refresh);
        var request = new CertificateRequest("CN=token server", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    /// <summary>Its host and port.</summary>
    public string Authority => _http.Authority;

    public Uri Realm => new(_http.Endpoint, "/token");

    /// <summary>How long what it gives is good for.</summary>
    public TimeSpan Life { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The scopes that were asked for, in order.</summary>
    public ConcurrentQueue<string> Given { get; } = [];

    internal string CertificatePem => _certificate.ExportCertificatePem();

    /// <param name="user">Who gets tokens; anyone when null.</param>
    /// <param name="authority">Speaks TLS with a certificate of this authority; plain HTTP when null.</param>
    /// <param name="refresh">A refresh token that does instead of the password.</param>
    public static async Task<TokenServer> StartAsync(RegistryUser? user = null, RegistryAuthority? authority = null, string? refresh = null)
    {
        var server = new TokenServer(user, refresh);
        server._http = await ScriptedRegistry.StartAsync(server.AnswerAsync, authority);
        return server;
    }

    /// <summary>A token for a scope such as <c>repository:a/b:pull,push</c>.</summary>
    public string Issue(string scope)
    {
        var now = DateTimeOffset.UtcNow;
        var parts = scope.Split(':');
        var header = JsonSerializer.SerializeToUtf8Bytes(new { typ = "JWT", alg = "ES256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } });
        var claims = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = Issuer,
            sub = _user?.Name ?? "",
            aud = Service,
            iat = now.ToUnixTimeSeconds(),
            nbf = now.AddMinutes(-1).ToUnixTimeSeconds(),
            exp = (now + Life).ToUnixTimeSeconds(),
            jti = Guid.NewGuid().ToString("N"),
            access = new[] { new { type = parts[0], name = string.Join(':', parts[1..^1]), actions = parts[^1].Split(',') } },
        });
        var text = $"{Base64Url(header)}.{Base64Url(claims)}";
        return $"{text}.{Base64Url(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var form = HttpMethods.IsPost(request.Method) ? await request.ReadFormAsync() : null;
        var allowed = form is not null
            ? _refresh is not null && form["grant_type"] == "refresh_token" && form["refresh_token"] == _refresh
            : _user is null || request.Headers.Authorization == _user.Basic.ToString();
        if (!allowed)
        {
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return;
        }

        var scope = (string?)form?["scope"] ?? (string?)request.Query["scope"] ?? "";
        Given.Enqueue(scope);
        var token = Issue(scope);
        await context.Response.WriteAsJsonAsync(form is null
            ? new Dictionary<string, object> { ["token"] = token, ["expires_in"] = (int)Life.TotalSeconds }
            : new Dictionary<string, object> { ["access_token"] = token, ["expires_in"] = (int)Life.TotalSeconds });
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
