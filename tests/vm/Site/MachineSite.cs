using System.Text.Json.Nodes;
using Handcarry.Lab.Api;
using Handcarry.Lab.Operator;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Streams.Content;
using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Site;

/// <summary>
/// A site of one node, the machine: its API server is in this process and is reached through the connection of ssh. The administrator wants the upgrade to
/// be held, so there is nothing for a cluster version operator to do.
/// </summary>
internal sealed class MachineSite : IAsyncDisposable
{
    /// <summary>The node's name.</summary>
    public const string Node = "node-1";

    private readonly LabApiServer _server;
    private readonly SiteApi _api;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _following;

    private MachineSite(LabApiServer server, SiteApi api)
    {
        (_server, _api) = (server, api);
        _following = FollowAsync();
    }

    /// <summary>Where the upgrade stood after each change.</summary>
    public Happenings<UpgradeProgress> Upgrade { get; } = new();

    /// <summary>Port of the API server.</summary>
    public int Port => _server.Url.Port;

    /// <summary>
    /// Starts one that runs the version before <paramref name="release"/> and trusts <paramref name="publicKey"/>, and writes how the agent reaches it to
    /// <paramref name="kubeconfig"/>.
    /// </summary>
    public static async Task<MachineSite> StartAsync(MadeRelease release, string publicKey, string kubeconfig, CancellationToken cancellationToken)
    {
        var server = await LabApiServer.StartAsync(new LabApiOptions { Crds = [SiteCluster.Definition()] }, cancellationToken);
        try
        {
            var administrator = kubeconfig + "-administrator";
            server.WriteKubeconfig(administrator);
            var seed = new ClusterSeed
            {
                Version = release.Options.Previous,
                // Nobody looks into the release that is running already; it only needs a name.
                Image = (release.ReleaseImage.Name with { Digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(release.Options.Previous)) }).ToString(),
                Nodes = [Node],
                Architecture = release.Options.GoArch,
            };
            SeedCluster.Into(server.Objects, seed, TimeProvider.System);
            server.Objects.PutYaml(SiteCluster.Roles());
            server.Objects.Put(SiteCluster.ReleaseKeys(publicKey));
            server.WriteKubeconfig(kubeconfig, server.TokenFor(seed.AgentNamespace, SiteCluster.AgentAccount));
            var api = SiteApi.Open(administrator);
            await api.CreateAsync(
                SiteApi.Upgrades,
                new JsonObject
                {
                    ["apiVersion"] = "handcarry.dev/v1alpha1",
                    ["kind"] = "BundleUpgrade",
                    ["metadata"] = new JsonObject { ["name"] = SiteApi.UpgradeName },
                    ["spec"] = new JsonObject { ["hold"] = true },
                },
                cancellationToken);
            return new MachineSite(server, api);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _api.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var upgrade in _api.WatchAsync(SiteApi.Upgrades, SiteApi.UpgradeName, _stop.Token))
                Upgrade.Add(UpgradeProgress.Of(upgrade));
        }
        catch (Exception e)
        {
            Upgrade.End(e);
        }
    }
}
