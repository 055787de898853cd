using System.Net;
using Akka.Actor;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.ClusterConfig.Hosting;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>Two supervisors: one that was frozen while it carried and knows nothing of it, and the one that has taken its place.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class CrossingPlansTests
{
    private const long Size = 100_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    [SkippableFact]
    public async Task Plans_of_a_supervisor_that_has_been_replaced_are_refused_and_it_does_no_harm_when_it_comes_to_itself()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var carrying = await CarryingSite.StartAsync(Size, patience.Token);
        var (site, frozen) = (carrying.Site, carrying.Supervisor);
        using var seen = new CancellationTokenSource();
        var epochs = EpochsAsync(site.Api, seen.Token);

        await carrying.InsertAsync(patience.Token);
        var old = await WaitAsync(async () => await EpochAsync(site.Api, patience.Token) is > 0 and var epoch ? epoch : (long?)null, patience.Token);
        await Tool.RunAsync("kill", ["-STOP", $"{frozen.Agent.ProcessId}"], patience.Token);

        // While it is frozen its node cannot become ready, so nothing is over before the other one decides.
        var now = await WaitAsync(
            async () => await site.SupervisorAsync(patience.Token) != frozen.Name && await EpochAsync(site.Api, patience.Token) is var epoch && epoch > old ? epoch : (long?)null,
            patience.Token);
        Assert.True(now > old);

        // What it had on its way to the others arrives now: draw from nowhere.
        using (var certificates = CertificatesOf(site))
        using (var wire = ClientSystem.Start(IPAddress.Loopback, certificates, new WireBinding("wire", [typeof(IWireMessage)], system => new WireSerializer(system))))
        {
            var stale = new CarryPlan(old, await FactsAsync(site.Api, patience.Token), "", new Peer("nobody", "akka.ssl.tcp://handcarry@127.0.0.1:1", "https://127.0.0.1:1/"));
            foreach (var node in site.Nodes.Where(node => node != frozen))
            {
                var agent = wire.ActorSelection(new RootActorPath(new Address(SystemNames.Scheme, SystemNames.System, node.Host, node.RemotingPort)) / "user" / NodeAgent.Name);
                await WaitAsync(
                    async () =>
                    {
                        agent.Tell(stale);
                        return (await File.ReadAllTextAsync(node.Agent.Log, patience.Token)).Contains($"A plan of epoch {old} is refused", StringComparison.Ordinal) ? true : (bool?)null;
                    },
                    patience.Token);
            }

            await wire.Terminate();
        }

        await Tool.RunAsync("kill", ["-CONT", $"{frozen.Agent.ProcessId}"], patience.Token);
        await carrying.AssertCompletesAsync(patience.Token);
        await seen.CancelAsync();
        var all = await epochs;
        Assert.Equal(all.Order(), all);
    }

    private static async Task<T> WaitAsync<T>(Func<Task<T?>> condition, CancellationToken cancellationToken)
        where T : struct
    {
        using var timer = new PeriodicTimer(Between);
        while (true)
        {
            if (await condition() is { } value)
                return value;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    // Every epoch that the status has had, in the order in which it had them.
    private static async Task<List<long>> EpochsAsync(SiteApi api, CancellationToken cancellationToken)
    {
        var epochs = new List<long>();
        try
        {
            await foreach (var upgrade in api.WatchAsync(SiteApi.Upgrades, SiteApi.UpgradeName, cancellationToken))
                epochs.Add((long?)upgrade["status"]?["epoch"] ?? 0);
        }
        catch (OperationCanceledException)
        {
            // Seen enough.
        }

        return epochs;
    }

    private static async Task<long> EpochAsync(SiteApi api, CancellationToken cancellationToken) =>
        (long?)(await api.GetAsync($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}", cancellationToken))?["status"]?["epoch"] ?? 0;

    private static async Task<BundleFacts> FactsAsync(SiteApi api, CancellationToken cancellationToken)
    {
        var bundle = (await api.GetAsync($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}", cancellationToken))!["status"]!["bundle"]!;
        return new BundleFacts(
            (string)bundle["commitment"]!, (long)bundle["inventorySize"]!, (string)bundle["version"]!, (string)bundle["arch"]!, (string)bundle["release"]!, (long)bundle["size"]!, (long)bundle["unpackedSize"]!, (int)bundle["images"]!);
    }

    private static NodeCertificates CertificatesOf(LabSite site)
    {
        var (certificate, key) = SiteCertificates.PathsOf(site.Folder, SiteCertificates.Operator);
        return NodeCertificates.Load(new TlsOptions { Ca = SiteCertificates.AuthorityPath(site.Folder), Certificate = certificate, Key = key });
    }
}
