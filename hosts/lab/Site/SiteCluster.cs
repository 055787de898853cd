using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Release;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Site;

/// <summary>The API server and the operators of a site, in this process: the cluster version operator, and that of machine configs where the site's version pins images.</summary>
internal sealed class SiteCluster : IAsyncDisposable
{
    private const string UpgradeDefinition = "bundleupgrades.yaml";
    private const string AgentRoles = "agent-rbac.yaml", CertificateRoles = "certificates-rbac.yaml", LoginRoles = "login-rbac.yaml";
    internal const string AgentAccount = "handcarry-agent";

    private readonly LabApiServer _api;
    private readonly SiteFolder _folder;
    private LabClusterVersionOperator? _operator;
    private LabMachineConfigDaemons? _daemons;

    private SiteCluster(LabApiServer api, SiteFolder folder)
    {
        _api = api;
        _folder = folder;
    }

    /// <summary>Port of the API server on loopback.</summary>
    public int Port => _api.Url.Port;

    private string AuthorityPath => Path.Combine(_folder.Root, "api-ca.crt");

    public static async Task<SiteCluster> StartAsync(
        SiteFolder folder, IReadOnlyList<SiteNode> nodes, INodeStores stores, MadeRelease release, string publicKey, CancellationToken cancellationToken)
    {
        var keyring = Path.Combine(folder.Root, "release-key.asc");
        await File.WriteAllTextAsync(keyring, publicKey, cancellationToken);
        var pins = ServesPinnedImageSets(release.Options.Previous);
        var api = await LabApiServer.StartAsync(new LabApiOptions { Crds = pins ? [Definition(), MachineConfigCrds.Yaml] : [Definition()] }, cancellationToken);
        var cluster = new SiteCluster(api, folder);
        try
        {
            api.WriteKubeconfig(folder.Kubeconfig);
            await File.WriteAllTextAsync(cluster.AuthorityPath, api.AuthorityPem, cancellationToken);
            var seed = new ClusterSeed
            {
                Version = release.Options.Previous,
                // Nobody looks into the release that is running already; it only needs a name.
                Image = (release.ReleaseImage.Name with { Digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(release.Options.Previous)) }).ToString(),
                Nodes = [.. nodes.Select(static node => node.Name)],
                Architecture = release.Options.GoArch,
                HasMachineConfigs = pins,
            };
            SeedCluster.Into(api.Objects, seed, TimeProvider.System);
            foreach (var roles in (string[])[AgentRoles, CertificateRoles, LoginRoles])
                api.Objects.PutYaml(Resource(roles));
            api.WriteKubeconfig(folder.AgentKubeconfig, api.TokenFor(seed.AgentNamespace, AgentAccount));
            api.Objects.Put(ReleaseKeys(publicKey));
            cluster._operator = LabClusterVersionOperator.Start(
                folder.Kubeconfig, stores, new LabOperatorOptions { Keyrings = [keyring] });
            cluster._daemons = pins ? LabMachineConfigDaemons.Start(folder.Kubeconfig, stores, new LabOperatorOptions()) : null;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The objects, also while nobody can reach the server.</summary>
    public ObjectStore Objects => _api.Objects;

    /// <summary>Stops listening, so that every connection to the API server is refused.</summary>
    public Task TakeApiDownAsync(CancellationToken cancellationToken) => _api.TakeDownAsync(cancellationToken);

    /// <summary>Listens again, at the same address and with the same objects.</summary>
    public Task BringApiUpAsync(CancellationToken cancellationToken) => _api.BringUpAsync(cancellationToken);

    /// <summary>Writes the kubeconfig of a service account; its path.</summary>
    public string WriteKubeconfig(string path, string space, string account) => _api.WriteKubeconfig(path, _api.TokenFor(space, account));

    /// <summary>Puts objects in, as YAML.</summary>
    public void Put(string yaml) => _api.Objects.PutYaml(yaml);

    /// <summary>The command that reads an object, as `kubectl get --raw` would.</summary>
    public string Curl(string path) =>
        $"curl -s --cacert {AuthorityPath} -H 'Authorization: Bearer {_api.Token}' {_api.Url.ToString().TrimEnd('/')}{path}";

    public async ValueTask DisposeAsync()
    {
        if (_daemons is not null)
            await _daemons.DisposeAsync();
        if (_operator is not null)
            await _operator.DisposeAsync();
        await _api.DisposeAsync();
    }

    /// <summary>PinnedImageSets are part of every cluster from 4.19 on (reference/openshift.md section 4.4); the lab has machine configs for their sake.</summary>
    internal static bool ServesPinnedImageSets(string version) => SemanticVersion.TryParse(version, out var known) && (known.Major, known.Minor).CompareTo((4, 19)) >= 0;

    /// <summary>As the payload of every OpenShift brings it (reference/openshift.md section 2.1).</summary>
    internal static JsonObject ReleaseKeys(string publicKey) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = "release-verification",
            ["namespace"] = "openshift-config-managed",
            ["annotations"] = new JsonObject { ["release.openshift.io/verification-config-map"] = "" },
        },
        ["data"] = new JsonObject { ["verifier-public-key-lab"] = publicKey },
    };

    /// <summary>The definition of BundleUpgrade, as YAML.</summary>
    internal static string Definition() => Resource(UpgradeDefinition);

    /// <summary>What the agents may do, as YAML.</summary>
    internal static string Roles() => Resource(AgentRoles);

    private static string Resource(string name)
    {
        using var stream = typeof(SiteCluster).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
