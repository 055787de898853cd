using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>Sealed stores on disks that lose power, or have no room.</summary>
public sealed class SealedStoresOnDiskTests
{
    /// <summary>A copy of the disk's image, taken while it is mounted, has just what had reached the device.</summary>
    [SkippableTheory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    public async Task After_a_power_cut_between_any_two_steps_of_publishing_there_is_a_path_and_the_store_comes_to_be_seen(string type)
    {
        Tool.NeedRoot();
        Tool.Need($"mkfs.{type}", "mount", "umount", "cp");
        using var folder = new TestFolder();
        var image = folder.At("disk");
        using (var file = File.Create(image))
            file.SetLength(400 << 20);
        await Tool.RunAsync($"mkfs.{type}", "-q", image);
        var cuts = new List<string>();
        SealedBundle one, two;
        await using (var disk = await Disk.MountAsync(image, folder.MakeFolder("before")))
        {
            using var site = new SealedSite(disk.Root);
            (one, two) = (await site.MakeBundleAsync(), await site.MakeBundleAsync());
            await site.LoadAsync(one);
            Assert.Null(await site.Stores.MountAsync(two, default));
            Assert.Null(await site.Stores.ProveAsync(two, new Progress<StoreProgress>(), default));
            await CutAsync();
            foreach (var (_, run) in site.Stores.Publishing(two))
            {
                run();
                await CutAsync();
            }
        }

        var after = folder.MakeFolder("after");
        foreach (var cut in cuts)
        {
            await using var disk = await Disk.MountAsync(cut, after);
            using var site = new SealedSite(disk.Root);
            Assert.NotNull(new FileInfo(site.Store).LinkTarget ?? new FileInfo(site.Second).LinkTarget);
            Assert.True(Directory.Exists(Path.Combine(site.Store, "overlay-images")) || new FileInfo(site.Store).LinkTarget is not null, cut);
            if (cut == cuts[^1])
                Assert.EndsWith(two.Store.Digest.Hex, new FileInfo(site.Store).LinkTarget!, StringComparison.Ordinal);
            // What was proved need not be proved again: even without a document it is known.
            site.Blobs.Delete(two.Inventory.Blobs[0].Digest);
            await site.LoadAsync(two);
            Assert.Equal(two.Inventory.Images.Select(static image => image.Name).ToHashSet(), await site.ListAsync());
            Assert.Empty(await site.Stores.RetireAsync(two, true, default));
            Assert.Equal(5, site.Tree().Count);
        }

        async Task CutAsync()
        {
            cuts.Add(folder.At($"cut-{cuts.Count}"));
            await Tool.RunAsync("cp", "--sparse=always", image, cuts[^1]);
        }
    }

    [SkippableFact]
    public async Task On_a_full_disk_it_says_so_and_goes_on_when_there_is_room()
    {
        Tool.NeedRoot();
        Tool.Need("mount", "umount");
        using var folder = new TestFolder();
        await using var disk = await Disk.MountAsync("handcarry-test", folder.MakeFolder("disk"), "-t", "tmpfs", "-o", "size=64m");
        using var site = new SealedSite(disk.Root);
        var bundle = await site.MakeBundleAsync();
        Fill(site.At("filler"));
        var full = await Assert.ThrowsAsync<LoadException>(() => site.LoadAsync(bundle));
        Assert.Equal(Reasons.NoSpace, full.Reason);
        Assert.Null(new FileInfo(site.Store).LinkTarget);

        File.Delete(site.At("filler"));
        await site.LoadAsync(bundle);
        Assert.Equal(2, (await site.ListAsync()).Count);
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private sealed class Disk : IAsyncDisposable
    {
        private Disk(string root) => Root = root;

        public string Root { get; }

        public static async Task<Disk> MountAsync(string what, string root, params string[] options)
        {
            var result = await Tool.TryAsync("mount", [.. options, what, root]);
            Skip.IfNot(result.ExitCode == 0, $"mounting is not possible here: {result.LastErrorLine}");
            return new Disk(root);
        }

        public async ValueTask DisposeAsync() => await Tool.RunAsync("umount", Root);
    }
}
