using Handcarry.Lab.Demo;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>The demo itself, with a small release: what it proves is what these tests assert.</summary>
[Collection(nameof(RealSites))]
public sealed class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [SkippableFact]
    public async Task A_bundle_inserted_into_one_node_upgrades_the_whole_site()
    {
        Machine.HasWhatASiteNeeds();

        var told = await RunAsync(corrupt: false, DemoOptions.Versions);

        told.AssertAllHold();
        Assert.Single(told.Proofs, static proof => proof.Fact.Name == "pinned");
        Assert.Equal(3, told.Proofs.Count(static proof => proof.Fact.Name == "images"));
        Assert.Contains(told.Proofs, static proof => proof.Fact.Name == "run");
        Assert.Contains(told.Proofs, static proof => proof.Fact.Name == "history");
    }

    [SkippableFact]
    public async Task A_sealed_store_upgrades_a_site_and_each_node_has_every_image_in_it()
    {
        Machine.HasWhatASiteNeeds();

        var told = await RunAsync(corrupt: false, isSealed: true);

        told.AssertAllHold();
        Assert.Equal(3, told.Proofs.Count(static proof => proof.Fact.Name == "images"));
        Assert.Contains(told.Proofs, static proof => proof.Fact.Name == "run");
    }

    [SkippableFact]
    public async Task A_flipped_bit_on_the_medium_is_refused_by_digest_and_nothing_of_it_is_imported_or_asked_for()
    {
        Machine.HasWhatASiteNeeds();

        var told = await RunAsync(corrupt: true);

        told.AssertAllHold();
        Assert.Single(told.Proofs, static proof => proof.Fact.Name == "refused");
        Assert.Equal(3, told.Proofs.Count(static proof => proof.Fact.Name == "notImported"));
        Assert.Single(told.Proofs, static proof => proof.Fact.Name == "notAsked");
    }

    private static async Task<CollectingReporter> RunAsync(bool corrupt, ReleaseOptions? versions = null, bool isSealed = false)
    {
        using var patience = new CancellationTokenSource(Patience);
        var folder = await SiteFolder.CreateAsync(patience.Token);
        try
        {
            var reporter = new CollectingReporter();
            var options = new DemoOptions
            {
                Release = (versions ?? new ReleaseOptions()) with { Images = 6, Size = 20_000_000 },
                Site = new SiteOptions(),
                Sealed = isSealed,
                Corrupt = corrupt,
            };
            var (site, _) = await new DemoRun(options, reporter).RunAsync(folder, patience.Token);
            await site.DisposeAsync();
            Assert.False(Directory.Exists(folder.Root));
            Assert.Empty(SiteSweep.LoopDevices(folder.Root));
            Assert.Empty(SiteSweep.Mounts(folder.Root));
            Assert.Empty(SiteSweep.Processes(folder.Root));
            return reporter;
        }
        finally
        {
            await SiteSweep.RunAsync(folder, delete: true);
        }
    }
}
