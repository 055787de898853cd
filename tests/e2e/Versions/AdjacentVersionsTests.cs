using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.E2e.Tests.Versions;

/// <summary>Agents of two versions in one site, as there are while they are replaced one after the other. The older program is really the older one.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class AdjacentVersionsTests
{
    // The older version may have to be built first.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    [SkippableTheory]
    [InlineData(1, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    public async Task Agents_of_two_versions_complete_an_upgrade_together_whichever_has_the_supervisor(int older, bool olderSupervises)
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        var previous = await PreviousAgent.FindAsync(patience.Token);
        var old = Enumerable.Range(1, older).Select(static i => $"node-{i}").ToList();
        var options = new SiteOptions { Agents = old.ToDictionary(static node => node, _ => previous) };
        await using var carrying = await CarryingSite.StartAsync(
            20_000_000,
            async (folder, release, signer) => (await ReleaseBundle.WriteAsync(release, signer.Signature, folder.Root, patience.Token, agent: "0.2.0")).Path,
            patience.Token,
            options);
        Assert.All(carrying.Site.Nodes, node => Assert.StartsWith(old.Contains(node.Name) ? previous : options.Agent, ProgramOf(node), StringComparison.Ordinal));

        var supervisor = await MoveSupervisorAsync(carrying.Site, node => old.Contains(node.Name) == olderSupervises, patience.Token);
        // From a node of the other version, so that plans and blobs both cross between them.
        await carrying.Site.InsertAsync(carrying.Site.Nodes.First(node => old.Contains(node.Name) != old.Contains(supervisor)), carrying.Bundle, patience.Token);

        await carrying.AssertCompletesAsync(patience.Token);
        foreach (var node in carrying.Site.Nodes)
            Assert.Single(await carrying.Site.Stores.ImagesAsync(node.Name), static image => image.StartsWith(AgentImage.Repositories, StringComparison.Ordinal));
    }

    // An agent that leaves gives the supervisor to the next oldest, and is the youngest when it comes back.
    private static async Task<string> MoveSupervisorAsync(LabSite site, Func<SiteNode, bool> wanted, CancellationToken cancellationToken)
    {
        var supervisor = await site.SupervisorAsync(cancellationToken);
        while (!wanted(site.Node(supervisor)))
        {
            await site.Node(supervisor).Agent.StopAsync();
            var left = supervisor;
            while ((supervisor = await site.SupervisorAsync(cancellationToken)) == left)
                await Task.Delay(50, cancellationToken);
            site.Node(left).Agent.Start();
        }

        return supervisor;
    }

    private static string ProgramOf(SiteNode node) => File.ReadAllText($"/proc/{node.Agent.ProcessId}/cmdline").Split('\0')[0];
}
