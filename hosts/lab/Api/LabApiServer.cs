using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Access;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Serving;
using Handcarry.Lab.Api.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Handcarry.Lab.Api;

/// <summary>
/// An emulated Kubernetes API server (1.26) on loopback, over HTTPS with bearer tokens and roles: the resources the agents use, with the real server's
/// shapes, rules and errors, and with faults on request.
/// </summary>
public sealed class LabApiServer : IAsyncDisposable
{
    private readonly LabApiOptions _options;
    private readonly LabCertificate _certificate;
    private readonly VersionedStore _store;
    private readonly ContinueTokens _tokens = new();
    private readonly CallerTokens _callers = new();
    private readonly ApiEndpoint _endpoint;
    private readonly SemaphoreSlim _turn = new(1);
    private WebApplication? _app;
    private int _port;

    private LabApiServer(LabApiOptions options)
    {
        _options = options;
        _port = options.Port;
        Token = options.Token ?? CallerTokens.Random();
        _callers.Add(Token, Caller.Administrator);
        _certificate = LabCertificate.Make(options.Time);
        var crds = Definitions(options);
        var registry = new ResourceRegistry([.. BuiltInKinds.All(), .. crds.Select(crd => crd.Type)]);
        _store = new VersionedStore(options.HistoryLength);
        var writer = new ObjectWriter(_store, registry, options.Time);
        Objects = new ObjectStore(registry, _store, writer);
        foreach (var space in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
            Objects.Put(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = space } });
        foreach (var (type, crd) in crds)
            Objects.Put(CustomResource.Established(crd, type, options.Time.GetUtcNow()));
        var watches = new WatchStream(_store, options);
        var authorizer = new RoleAuthorizer(registry, _store);
        _endpoint = new ApiEndpoint(_callers, Faults, new Discovery(registry), new OpenApi(registry),
            new ResourceRequests(registry, _store, writer, _tokens, watches, authorizer, new AccessReviews(_callers, authorizer), options.Time),
            options.Time, options.Logger);
    }

    /// <summary>Where it listens: <c>https://127.0.0.1:PORT</c>. The same after <see cref="BringUpAsync"/>.</summary>
    public Uri Url => new($"https://127.0.0.1:{_port}");

    /// <summary>The bearer token of the administrator, who may everything.</summary>
    public string Token { get; }

    /// <summary>The authority that signed the server's certificate, PEM.</summary>
    public string AuthorityPem => _certificate.AuthorityPem;

    /// <summary>The objects, without a client.</summary>
    public ObjectStore Objects { get; }

    /// <summary>What is to go wrong.</summary>
    public ApiFaults Faults { get; } = new();

    /// <summary>How many watches are open.</summary>
    public int OpenWatches => _store.FeedCount;

    /// <summary>Starts a server with the namespaces every cluster has. Throws <see cref="FormatException"/> for a CRD it cannot serve faithfully.</summary>
    public static async Task<LabApiServer> StartAsync(LabApiOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = new LabApiServer(options);
        await server.BringUpAsync(cancellationToken);
        return server;
    }

    /// <summary>A new bearer token of a service account, which may what roles and bindings say.</summary>
    public string TokenFor(string space, string account)
    {
        var token = CallerTokens.Random();
        _callers.Add(token, Caller.ServiceAccount(space, account));
        return token;
    }

    /// <summary>
    /// Writes a kubeconfig with the address, the authority and a token, the administrator's when none is given, readable by its owner only;
    /// gives the path back.
    /// </summary>
    public string WriteKubeconfig(string path, string? token = null)
    {
        var authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(AuthorityPem));
        var text = $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: lab
              cluster:
                server: {Url.ToString().TrimEnd('/')}
                certificate-authority-data: {authority}
            users:
            - name: {(token is null ? "admin" : "account")}
              user:
                token: {token ?? Token}
            contexts:
            - name: lab
              context:
                cluster: lab
                user: {(token is null ? "admin" : "account")}
                namespace: default
            current-context: lab

            """;
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Cuts off all open watches, without a word to the clients.</summary>
    public void DropWatches() => _store.DropFeeds();

    /// <summary>Forgets the history of changes and all continue tokens: watches from an older resourceVersion end in 410.</summary>
    public void CompactNow()
    {
        _store.Compact();
        _tokens.Forget();
    }

    /// <summary>Stops listening: connections are refused until <see cref="BringUpAsync"/>. The objects stay.</summary>
    public async Task TakeDownAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_app is not { } app)
                return;
            _app = null;
            _store.DropFeeds();
            using var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await app.StopAsync(impatient.Token);
            await app.DisposeAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Listens again, on the same port.</summary>
    public async Task BringUpAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_app is not null)
                return;
            var app = Build();
            await app.StartAsync(cancellationToken);
            _port = new Uri(app.Urls.Single()).Port;
            _app = app;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await TakeDownAsync(CancellationToken.None);
        _certificate.Dispose();
        _turn.Dispose();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "handcarry-lab" });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, _port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(_certificate.Server);
            });
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(_endpoint.HandleAsync);
        return app;
    }

    private static List<(ResourceType Type, JsonObject Crd)> Definitions(LabApiOptions options)
    {
        var definitions = new Dictionary<string, (ResourceType, JsonObject)>(StringComparer.Ordinal);
        foreach (var document in options.Crds.Prepend(ClusterVersionCrd.Yaml).SelectMany(YamlJson.ReadAll))
        {
            var crd = (JsonObject)document;
            definitions[crd.Text("metadata", "name") ?? ""] = (CustomResource.Define(crd), crd);
        }
        return [.. definitions.Values];
    }
}
