using Handcarry.Lab.Site;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>What happens to nodes and links while a bundle is carried, each once, to real agents: the short ones.</summary>
[Collection(nameof(RealSites))]
public sealed class FaultTests
{
    private const long Size = 100_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [SkippableFact]
    public Task The_middle_node_is_killed_while_it_draws_and_goes_on_from_what_it_has() =>
        KillAsync(static site => site.Middle, static site => site.LinkOf(site.Source));

    [SkippableFact]
    public Task The_last_node_is_killed_while_it_draws_and_goes_on_from_what_it_has() =>
        KillAsync(static site => site.Last, static site => site.LinkOf(site.Middle));

    [SkippableFact]
    [Trait("Time", "Long")]
    public async Task One_read_in_a_hundred_resets_its_connection_and_drawing_goes_on_where_it_broke_off()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var link = site.LinkOf(site.Source);
        link.ResetPercent = 1;

        await site.InsertAsync(patience.Token);
        await site.AssertCompletesAsync(() => link.Resets, patience.Token);
        Assert.NotEqual(0, link.Resets);
    }

    [SkippableFact]
    public async Task A_link_is_cut_for_seconds_and_what_was_on_its_way_comes_late()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var link = site.LinkOf(site.Source);

        await site.InsertAndCutAsync(link, site.Size / 2, patience.Token);
        // How long it is cut is the fault itself; nothing is waited for.
        await Task.Delay(TimeSpan.FromSeconds(3), patience.Token);
        link.Open();

        await site.AssertCompletesAsync(static () => 0, patience.Token);
    }

    [SkippableFact]
    public async Task Nodes_that_suffer_carry_slower_and_say_why_until_they_do_well_again()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        using var pressure = new MadePressure();
        await using var site = await FaultySite.StartAsync(Size, patience.Token, settings: pressure.Settings);
        pressure.Set(60);

        await site.InsertAsync(patience.Token);
        foreach (var node in site.Site.Nodes)
        {
            var slower = await site.WaitAsync(node, static node => node.Reason == Reasons.Yielding, patience.Token);
            Assert.Equal($"Carrying slower on {node.Name}, at 1.0 MB/s: I/O pressure 60 %.", slower.Message);
        }

        pressure.Set(0);
        // They do not begin to suffer at the same moment: whoever does goes to the end of the chain.
        await site.AssertCompletesAsync(() => site.Moves() * DrawWindow.MostLarge, patience.Token);
    }

    [SkippableFact]
    public async Task A_node_whose_disk_spoils_blobs_is_named_and_the_others_draw_elsewhere()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var link = site.LinkOf(site.Middle);

        await site.InsertAndCutAsync(link, 0, patience.Token);
        await site.Last.Agent.KillAsync();
        await site.WaitAsync(site.Middle, static node => node.Stage == "Ready", patience.Token);
        site.FlipBits(site.Middle);
        link.Open();
        site.Last.Agent.Start();

        await site.AssertCompletesWithoutAsync(site.Middle, patience.Token);
        var events = await site.EventsAsync(patience.Token);
        Assert.Contains(events, said => said.Reason == Reasons.DigestMismatch && said.Message.Contains(site.Middle.Name, StringComparison.Ordinal) && said.Message.StartsWith(site.Last.Name, StringComparison.Ordinal));
        Assert.Contains(events, said => said.Reason == Reasons.HolderLeftOut && said.Message.StartsWith(site.Middle.Name, StringComparison.Ordinal));
    }

    // The link over which it draws stops at six tenths, so it is certain that it is killed while it draws.
    private static async Task KillAsync(Func<FaultySite, SiteNode> choose, Func<FaultySite, FaultyLink> before)
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var (victim, link) = (choose(site), before(site));
        await site.InsertAndCutAsync(link, site.Size * 6 / 10, patience.Token);
        await victim.Agent.KillAsync();
        var (lacking, carried) = (site.Lacking, site.Carried);
        Assert.InRange(lacking, 1, site.Size * 2);
        victim.Agent.Start();
        link.Open();

        // Whoever draws from the victim draws from another meanwhile, and from the victim again when it is back.
        await site.AssertCompletesAsync(lacking, carried, static () => 6, patience.Token);
    }
}
