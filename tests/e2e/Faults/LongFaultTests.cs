using Handcarry.Lab.Site;
using Handcarry.Streams.Content;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>As <see cref="FaultTests"/>, those that take long because a timeout of the agents must pass, or a disk be filled: <c>./run e2e faults</c>.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class LongFaultTests
{
    private const long Size = 100_000_000;

    // Six draws, those of two nodes: what a node draws from the holder and what its successor draws from it.
    private const int AllDraws = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [SkippableTheory]
    [InlineData(Way.Both)]
    [InlineData(Way.Up)]
    [InlineData(Way.Down)]
    public async Task A_link_is_cut_until_the_holder_is_taken_for_silent_and_drawing_goes_on_when_it_is_back(Way ways)
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var link = site.LinkOf(site.Source);

        await site.InsertAndCutAsync(link, site.Size / 2, patience.Token, ways);
        var node = await site.WaitAsync(site.Middle, static node => node.Reason == Reasons.ReadFailed, patience.Token);
        Assert.Contains(site.Source.Name, node.Message, StringComparison.Ordinal);
        link.Open();

        await site.AssertCompletesAsync(static () => AllDraws, patience.Token);
    }

    [SkippableFact]
    public async Task Connections_that_are_left_half_open_are_given_up_and_drawing_goes_on_over_new_ones()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var link = site.LinkOf(site.Source);

        await site.InsertAndCutAsync(link, site.Size / 2, patience.Token);
        link.LeaveHalfOpen();
        link.Open();

        await site.AssertCompletesAsync(static () => AllDraws, patience.Token);
    }

    [SkippableFact]
    public async Task A_layer_of_500_MB_is_drawn_on_at_its_offset_after_a_kill_a_cut_and_resets()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience * 4);
        await using var site = await FaultySite.StartAsync(1_700_000_000, patience.Token);
        Assert.InRange(site.Largest, 500_000_000, 600_000_000);
        var link = site.LinkOf(site.Source);

        await site.InsertAndCutAsync(link, site.Size - (site.Largest / 2), patience.Token);
        Assert.True(site.IsInTheLargest(site.Middle), "The largest layer is not the one that is being drawn.");
        await site.Middle.Agent.KillAsync();
        var cut = link.CutAfterAsync(link.Carried + (site.Largest / 8));
        link.Open(keepCut: true);
        site.Middle.Agent.Start();
        await cut.WaitAsync(patience.Token);
        Assert.True(site.IsInTheLargest(site.Middle), "The largest layer is not the one that is being drawn.");
        link.ResetPercent = 100;
        link.Open();
        await link.ResetsReachAsync(1, patience.Token);
        link.ResetPercent = 0;

        // From the beginning again would be half of the layer at least, and more than is explained.
        await site.AssertCarriedAsync(() => (2 * AllDraws) + link.Resets, patience.Token);
    }

    [SkippableTheory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_node_that_sends_10_kB_a_second_holds_nobody_up(int nodes)
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token, nodes);
        site.LinkOf(site.Middle).BytesPerSecond = 10_000;

        await site.InsertAsync(patience.Token);

        // Over the slow link the bundle would take hours.
        await site.AssertCompletesAsync(static () => 2 * AllDraws, patience.Token);
    }

    [SkippableFact]
    public async Task A_node_whose_disk_is_full_says_so_and_the_others_are_complete_and_so_is_it_once_there_is_room()
    {
        Machine.HasWhatASiteNeeds();
        Skip.IfNot(LoopMedium.IsPossible && SmallDisk.IsPossible, "needs loop devices and mkfs.ext4 (package e2fsprogs)");
        using var patience = new CancellationTokenSource(Patience);
        // What a draw has begun has its room: the disk must be full before all layers are begun.
        await using var site = await FaultySite.StartAsync(Size, patience.Token, prepare: SmallDisk.MountAsync, settings: new Dictionary<string, string> { ["limits.parallelDraws"] = "2" });
        var link = site.LinkOf(site.Source);

        await site.InsertAndCutAsync(link, site.Size / 4, patience.Token);
        SmallDisk.Fill(site.Middle);
        link.Open();
        await site.WaitAsync(site.Middle, static node => node.Reason == Reasons.NoSpace && node.Message.Contains(" MB too little room", StringComparison.Ordinal), patience.Token);
        await site.WaitAsync(site.Last, static node => node.Stage == "Ready", patience.Token);
        Assert.Equal(Reasons.NoSpace, (await site.WaitAsync(site.Middle, static _ => true, patience.Token)).Reason);
        SmallDisk.MakeRoom(site.Middle);

        await site.AssertCompletesAsync(static () => 2 * AllDraws, patience.Token);
    }

    [SkippableFact]
    public async Task A_node_whose_disk_is_full_while_it_reads_the_medium_says_so_and_reads_on_once_there_is_room()
    {
        Machine.HasWhatASiteNeeds();
        Skip.IfNot(LoopMedium.IsPossible && SmallDisk.IsPossible, "needs loop devices and mkfs.ext4 (package e2fsprogs)");
        using var patience = new CancellationTokenSource(Patience);
        using var pressure = new MadePressure();
        await using var site = await FaultySite.StartAsync(Size, patience.Token, prepare: SmallDisk.MountAsync, settings: pressure.Settings);
        pressure.Set(60);
        await site.InsertAsync(patience.Token);
        await site.WaitAsync(site.Source, static node => node.Reason == Reasons.Yielding, patience.Token);
        SmallDisk.Fill(site.Source);
        var full = await site.WaitAsync(static upgrade => upgrade.Reason == Reasons.NoSpace, patience.Token);
        Assert.Contains($"room in node {site.Source.Name}", full.Message, StringComparison.Ordinal);
        SmallDisk.MakeRoom(site.Source);
        pressure.Set(0);

        await site.AssertCompletesAsync(static () => 2 * AllDraws, patience.Token);
    }

    [SkippableFact]
    public async Task A_node_that_is_replaced_by_an_empty_one_of_the_same_name_gets_everything()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await FaultySite.StartAsync(Size, patience.Token);
        var link = site.LinkOf(site.Source);

        await site.InsertAndCutAsync(link, site.Size * 6 / 10, patience.Token);
        await site.Middle.Agent.KillAsync();
        foreach (var folder in Directory.EnumerateDirectories(site.Middle.StatePath))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(site.Middle.StatePath))
            File.Delete(file);
        var (lacking, carried) = (site.Lacking, site.Carried);
        site.Middle.Agent.Start();
        link.Open();

        await site.AssertCompletesAsync(lacking, carried, static () => AllDraws, patience.Token);
    }
}
