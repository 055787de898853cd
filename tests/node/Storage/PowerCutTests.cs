using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Hosts.Node.Tests.Storage;

/// <summary>Real file systems that lose what had not reached their device, and that become full.</summary>
public sealed class PowerCutTests
{
    private const string Old = "gen-1", Young = "gen-2";

    /// <summary>Both file systems, and after how many steps of publishing the power fails.</summary>
    public static TheoryData<string, int> Cuts()
    {
        var cuts = new TheoryData<string, int>();
        foreach (var kind in (string[])["ext4", "xfs"])
        {
            for (var steps = 0; steps <= 8; steps++)
                cuts.Add(kind, steps);
        }
        return cuts;
    }

    [SkippableTheory]
    [MemberData(nameof(Cuts))]
    public async Task After_a_power_cut_at_any_step_of_publishing_the_store_before_is_seen_whole_and_publishing_goes_on(string kind, int steps)
    {
        using var folder = new TestFolder();
        using var disk = await LoopDisk.MountAsync(folder, kind);
        using var site = new StoreSite(disk.Root);
        var (old, young) = (ManyFiles(site, "old"), ManyFiles(site, "young"));
        using (var store = site.Open())
        {
            store.EnsureSkeleton();
            await store.ImportAsync(Old, old, default);
            await store.PublishAsync(Old, default);
            await store.ImportAsync(Young, young, default);
            var remaining = store.PublicationOf(Young).Remaining();
            Assert.Equal(8, remaining.Count);
            foreach (var step in remaining.Take(steps))
                await step.RunAsync(default);
        }

        await disk.CutPowerAsync();
        site.Reboot();

        // Step 4 has the old store step aside, which is durable then; step 5 publishes the new one, and only step 6 makes that durable.
        string[] first = steps < 4 ? [old.Name.ToString()] : steps > 5 ? [young.Name.ToString()] : [];
        if (steps != 5)
            Assert.Equal(first, await site.ListAsync());
        AssertWhole(steps < 4 ? site.Options.StorePath : SecondStore.Of(site.Options.StorePath), "old");
        if (await site.SeenAsync() is var seen && seen.Contains(young.Name.ToString()))
            AssertWhole(site.Options.StorePath, "young");
        Assert.Contains(old.Name.ToString(), seen);

        using var again = site.Open();
        await again.PublishAsync(Young, default);
        Assert.Equal([young.Name.ToString()], await again.ListAsync(default));
        AssertWhole(site.Options.StorePath, "young");
        Assert.Equal(new HashSet<string> { old.Name.ToString(), young.Name.ToString() }, await site.SeenAsync());
        Assert.Empty(site.Staging());
    }

    [SkippableTheory]
    [InlineData("ext4", 40)]
    [InlineData("ext4", 20)]
    [InlineData("xfs", 40)]
    [InlineData("xfs", 20)]
    public async Task An_image_for_which_the_disk_is_too_full_is_refused_and_fits_once_there_is_room(string kind, int megabytes)
    {
        using var folder = new TestFolder();
        using var disk = await LoopDisk.MountAsync(folder, kind);
        using var site = new StoreSite(disk.Root);
        disk.Fill(megabytesLeft: 32);
        var content = new byte[megabytes << 20];
        new Random(megabytes).NextBytes(content);
        var (small, big) = (ManyFiles(site, "small"), site.Images.Make(ImageMaker.Repository, docker: false, site.Images.MakeLayer("big", content)));
        using var store = site.Open();

        await store.ImportAsync(Young, small, default);
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.ImportAsync(Young, big, default).AsTask());
        Assert.Equal("NoSpace", refused.Reason);
        File.Delete(Path.Combine(disk.Root, "filler"));
        await store.ImportAsync(Young, big, default);
        await store.PublishAsync(Young, default);

        Assert.Equal(new HashSet<string> { small.Name.ToString(), big.Name.ToString() }, await store.ListAsync(default));
        AssertWhole(site.Options.StorePath, "small");
        Assert.Equal(content, Assert.Single(StoreSite.LayerFiles(site.Options.StorePath)["big"]));
    }

    private static StoreImage ManyFiles(StoreSite site, string name) =>
        site.Images.Make(ImageMaker.Repository, docker: true, site.Images.MakeLayer([.. Enumerable.Range(0, 200).Select(i => ($"{name}{i}", ContentOf(name, i)))]));

    private static void AssertWhole(string store, string name)
    {
        var files = StoreSite.LayerFiles(store);
        Assert.All(Enumerable.Range(0, 200), i => Assert.Equal(ContentOf(name, i), Assert.Single(files[$"{name}{i}"])));
    }

    private static byte[] ContentOf(string name, int number)
    {
        var content = new byte[5000];
        new Random(name.Length + (1000 * number)).NextBytes(content);
        return content;
    }
}
