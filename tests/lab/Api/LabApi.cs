using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using k8s;

namespace Handcarry.Lab.Tests.Api;

/// <summary>A running API server, a raw client and a real one.</summary>
internal sealed class LabApi : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("labapi-").FullName;

    private LabApi(LabApiServer server)
    {
        Server = server;
        KubeconfigPath = server.WriteKubeconfig(Path.Combine(_folder, "kubeconfig"));
        Http = NewHttp();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        Kubernetes = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(KubeconfigPath));
    }

    public LabApiServer Server { get; }

    public string KubeconfigPath { get; }

    public HttpClient Http { get; }

    public Kubernetes Kubernetes { get; }

    public static async Task<LabApi> StartAsync(LabApiOptions? options = null)
    {
        options ??= new LabApiOptions();
        return new LabApi(await LabApiServer.StartAsync(options with { Crds = [.. options.Crds, Samples.Crd] }));
    }

    /// <summary>A client without the token.</summary>
    public HttpClient NewHttp()
    {
        var authority = X509Certificate2.CreateFromPem(Server.AuthorityPem);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { authority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        return new HttpClient(handler) { BaseAddress = Server.Url, Timeout = TimeSpan.FromSeconds(30) };
    }

    public async Task<Answer> SendAsync(string method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToArray() : [];
        return new Answer((int)response.StatusCode, text, warnings);
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path);

    public Task<Answer> PostAsync(string path, string body) => SendAsync("POST", path, body);

    public Task<Answer> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<Answer> MergeAsync(string path, string body) => SendAsync("PATCH", path, body, "application/merge-patch+json");

    public Task<Answer> JsonPatchAsync(string path, string body) => SendAsync("PATCH", path, body, "application/json-patch+json");

    public async ValueTask DisposeAsync()
    {
        Kubernetes.Dispose();
        Http.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
