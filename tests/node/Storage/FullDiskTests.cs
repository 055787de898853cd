using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class FullDiskTests
{
    [SkippableTheory]
    [InlineData(40, "no room for the compressed layer")]
    [InlineData(20, "no room to unpack it beside the compressed layer")]
    public async Task An_image_that_does_not_fit_is_refused_for_want_of_space_and_the_store_stays_usable(int megabytes, string because)
    {
        using var folder = new TestFolder();
        using var disk = await SmallDisk.MountAsync(folder.MakeFolder("disk"), 32);
        using var site = new StoreSite(disk.Root);
        using var store = site.Open();
        var content = new byte[megabytes << 20];
        new Random(megabytes).NextBytes(content);
        var small = site.Images.MakeUnique();
        var big = site.Images.Make(ImageMaker.Repository, docker: false, site.Images.MakeLayer("big", content));

        await store.ImportAsync("gen-1", small, default);
        var free = await store.FreeBytesAsync(default);
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.ImportAsync("gen-1", big, default).AsTask());
        Assert.True(refused.Reason == "NoSpace", $"{because}: {refused.Message}");
        Assert.Contains(big.Name.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.InRange(await store.FreeBytesAsync(default), free - (1 << 20), free);

        await store.ImportAsync("gen-1", site.Images.MakeUnique(), default);
        await store.PublishAsync("gen-1", default);
        Assert.Contains(small.Name.ToString(), await store.ListAsync(default));
    }

    /// <summary>A file system in memory that is soon full.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string root) => Root = root;

        public string Root { get; }

        public static async Task<SmallDisk> MountAsync(string root, int megabytes)
        {
            Tool.NeedRoot();
            Tool.Need("mount", "umount");
            var result = await Tool.TryAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "handcarry-test", root);
            Skip.IfNot(result.ExitCode == 0, $"mounting is not possible here: {result.LastErrorLine}");
            return new SmallDisk(root);
        }

        public void Dispose() => Tool.RunAsync("umount", Root).GetAwaiter().GetResult();
    }
}
