using System.Text;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Tests.Storage.Sealing;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class StoreLanesTests : IDisposable
{
    private const int Readers = 3;

    private SealingSite? _site;

    public void Dispose() => _site?.Dispose();

    [SkippableFact]
    public async Task Each_reader_has_a_mount_of_its_own_that_nobody_else_sees_and_that_goes_with_the_process()
    {
        var (store, opened) = await SealedAsync();
        await using (opened)
        {
            var before = await File.ReadAllLinesAsync("/proc/self/mountinfo");
            using (var lanes = StoreLanes.Open(opened.View, Readers))
            {
                var devices = new List<(uint, uint)>();
                UseAll(lanes, Readers, folder => devices.Add(DeviceOf(folder)));
                Assert.Equal(Readers, devices.Distinct().Count());
                Assert.Equal(before, await File.ReadAllLinesAsync("/proc/self/mountinfo"));
                var loops = LoopsOf(store);
                Assert.Equal(Readers, loops.Count);
                Assert.All(loops, static loop => Assert.Equal("1", File.ReadAllText($"{loop}/loop/autoclear").Trim()));
            }
            await Eventually.HoldsAsync(() => LoopsOf(store).Count == 1, "the loop devices of the other mounts are gone");
        }
    }

    [SkippableFact]
    public async Task A_store_is_proved_through_all_of_them_and_what_is_wrong_is_found_once()
    {
        var (_, opened) = await SealedAsync();
        await using (opened)
        {
            var proof = await ProveAsync(opened.View);
            Assert.True(proof.Holds, string.Join('\n', proof.Violations.Select(static found => found.Sentence)));
        }

        var site = _site!;
        await Tool.RunAsync("unsquashfs", "-quiet", "-no-progress", "-dest", site.At("spoiled"), site.At("sealed.squashfs"));
        await File.AppendAllTextAsync(Path.Combine(ProvedStore.LayerOf(site.At("spoiled"), "middle"), "middle"), "x");
        await Tool.RunAsync("mksquashfs", site.At("spoiled"), site.At("spoiled.squashfs"), "-quiet", "-no-progress", "-comp", "zstd", "-xattrs");
        var file = new SealedStoreFile(site.At("spoiled.squashfs"), 0, new FileInfo(site.At("spoiled.squashfs")).Length);
        await using var wrong = await SealedStoreMount.OpenAsync(file, site.At("opened"), site.Runner, default);
        var found = await ProveAsync(wrong.View);
        Assert.NotEmpty(found.Violations);
        Assert.All(found.Violations, static one => Assert.Equal((Reasons.StoreLayerMismatch, true), (one.Reason, one.Path.EndsWith("/diff/middle", StringComparison.Ordinal))));
        Assert.Equal(found.Violations.Count, found.Violations.Distinct().Count());
    }

    [SkippableFact]
    public async Task A_squashfs_that_shows_a_good_file_in_the_place_of_another_while_it_is_remembered_is_found_out()
    {
        var (_, opened) = await SealedAsync();
        await opened.DisposeAsync();
        var site = _site!;
        await Tool.RunAsync("unsquashfs", "-quiet", "-no-progress", "-dest", site.At("spoiled"), site.At("sealed.squashfs"));
        var files = Directory.GetDirectories(site.At("spoiled", "overlay")).Select(static layer => Path.Combine(layer, "diff", "top")).Where(File.Exists).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(2, files.Count);
        await File.WriteAllBytesAsync(files[1], [.. Enumerable.Repeat((byte)0xEE, (int)new FileInfo(files[0]).Length)]);
        var made = site.At("spoiled.squashfs");
        await Tool.RunAsync("mksquashfs", site.At("spoiled"), made, "-quiet", "-no-progress", "-comp", "zstd", "-xattrs", "-noI");
        var file = new SealedStoreFile(made, 0, new FileInfo(made).Length);
        (string Good, string Evil) paths = (Path.GetRelativePath(site.At("spoiled"), files[0]), Path.GetRelativePath(site.At("spoiled"), files[1]));
        await using (var honest = await SealedStoreMount.OpenAsync(file, site.At("opened"), site.Runner, default))
        {
            ulong Inode(string path) => FileStatus.Of(Path.Combine(honest.View.Path, path))!.Value.Inode;
            GiveNumber(made, "top", Inode(paths.Evil), Inode(paths.Good));
        }

        await using var lying = await SealedStoreMount.OpenAsync(file, site.At("opened"), site.Runner, default);
        using (File.OpenRead(Path.Combine(lying.View.Path, paths.Good)))
            Assert.NotEqual(0xEE, (await File.ReadAllBytesAsync(Path.Combine(lying.View.Path, paths.Evil)))[0]);
        var proof = await new SealedStoreProof(new StoreProofOptions()).RunAsync(lying.View with { File = null }, site.Images, null, default);
        Assert.Contains(proof.Violations, static found => found.Sentence.Contains("\"top\" is one with something in layer", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_there_is_no_other_mount_all_read_through_the_one_there_is(bool file)
    {
        var (_, opened) = await SealedAsync();
        await using (opened)
        {
            using var lanes = StoreLanes.Open(opened.View with { File = file ? new SealedStoreFile("/nowhere/at/all", 0, 4096) : null }, Readers);
            var devices = new HashSet<(uint, uint)>();
            UseAll(lanes, Readers, folder => devices.Add(DeviceOf(folder)));
            Assert.Equal(DeviceOf(lanes.First), Assert.Single(devices));
        }
    }

    private async Task<(string Store, SealedStoreMount Opened)> SealedAsync()
    {
        _site = new SealingSite();
        var store = await _site.SealAsync();
        var opened = await _site.OpenAsync(store);
        using var mount = opened.View.File is { } file ? DetachedMount.TryOpen(file.Path, file.Offset, file.Size) : null;
        Skip.If(mount is null, "A squashfs cannot be mounted unseen here: that takes root and Linux 5.8.");
        return (store.Path, opened);
    }

    /// <summary>
    /// Has the entry of a name in a folder say another inode number, in a squashfs whose tables are not compressed (Linux fs/squashfs/squashfs_fs.h: struct squashfs_dir_header ends with a number,
    /// struct squashfs_dir_entry has 16 bits from there at byte 2, and the name from byte 8).
    /// </summary>
    private static void GiveNumber(string squashfs, string name, ulong from, ulong to)
    {
        const int DirectoryTableAt = 72, NumberAt = 2, NameAt = 8, HeaderWithin = 256;
        var bytes = File.ReadAllBytes(squashfs);
        for (var at = (int)BitConverter.ToInt64(bytes, DirectoryTableAt); at < bytes.Length - name.Length; at++)
        {
            if (!bytes.AsSpan(at).StartsWith(Encoding.ASCII.GetBytes(name)) || BitConverter.ToUInt16(bytes, at - NameAt + 6) != name.Length - 1)
                continue;
            var offset = BitConverter.ToInt16(bytes, at - NameAt + NumberAt);
            if (bytes.AsSpan(at - HeaderWithin, HeaderWithin).IndexOf(BitConverter.GetBytes((uint)((long)from - offset))) < 0)
                continue;
            BitConverter.GetBytes(checked((short)(offset + (long)to - (long)from))).CopyTo(bytes, at - NameAt + NumberAt);
            File.WriteAllBytes(squashfs, bytes);
            return;
        }
        Assert.Fail($"No folder has {name} with the number {from}.");
    }

    private async Task<StoreProof> ProveAsync(StoreView view)
    {
        var proof = new SealedStoreProof(new StoreProofOptions { Parallelism = Readers });
        var result = await proof.RunAsync(view, _site!.Images, null, default);
        await proof.Released;
        return result;
    }

    // One inside the other, so that none is given back before the last is taken.
    private static void UseAll(StoreLanes lanes, int readers, Action<StoreFolder> work)
    {
        if (readers > 0)
            lanes.Use(folder =>
            {
                work(folder);
                UseAll(lanes, readers - 1, work);
            });
    }

    private static (uint Major, uint Minor) DeviceOf(StoreFolder folder)
    {
        var status = folder.StatusOf(".")!.Value;
        return (status.FileSystemMajor, status.FileSystemMinor);
    }

    private static List<string> LoopsOf(string file) =>
        [.. Directory.EnumerateDirectories("/sys/block", "loop*").Where(loop => File.Exists($"{loop}/loop/backing_file") && File.ReadAllText($"{loop}/loop/backing_file").TrimEnd() == file)];
}
