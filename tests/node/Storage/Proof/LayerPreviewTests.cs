using System.Globalization;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Tests.Storage.Sealing;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class LayerPreviewTests : IDisposable
{
    // Their names and inodes take more than the 8 blocks that squashfs keeps.
    private const int Folders = 20, FilesInEach = 300;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Names_that_were_looked_at_ahead_are_looked_up_without_reading_the_squashfs_again()
    {
        using var site = new SealingSite();
        var names = Fill();
        var store = site.At("names.squashfs");
        await Tool.RunAsync("mksquashfs", _folder.Root, store, "-quiet", "-no-progress", "-comp", "zstd");
        await using var opened = await SealedStoreMount.OpenAsync(new SealedStoreFile(store, 0, new FileInfo(store).Length), site.At("opened"), site.Runner, default);
        using var top = StoreFolder.Open(opened.View);
        using var folders = new StorePath(top);

        var preview = new LayerPreview(new Lock(), folders, maxNames: 100_000);
        var before = Reads(opened.View.Path);
        for (var passed = 0; passed < names.Count; passed++)
            preview.KeepAhead(passed);
        var looked = Reads(opened.View.Path);
        foreach (var (folder, name) in names)
            Assert.NotNull(folders.Open(folder).StatusOf(name));

        Assert.True(looked - before > 8, $"{looked - before} reads are no more than what squashfs keeps by itself.");
        Assert.Equal(looked, Reads(opened.View.Path));
    }

    [Fact]
    public void More_names_than_a_layer_may_have_and_links_out_of_it_are_left_to_the_comparison()
    {
        Fill();
        Directory.CreateSymbolicLink(_folder.At("a-link"), "/");
        using var top = StoreFolder.Open(new StoreView(_folder.Root, OwnersKnown: true));
        using var folders = new StorePath(top);
        foreach (var most in (int[])[1, Folders + 1, FilesInEach, 2 * FilesInEach])
        {
            var preview = new LayerPreview(new Lock(), folders, most);
            for (var passed = 0; passed < 2 * most; passed++)
                preview.KeepAhead(passed);
        }
        Assert.NotNull(folders.Open("folder-0").StatusOf("file-0"));
    }

    private List<(string Folder, string Name)> Fill()
    {
        var names = new List<(string, string)>();
        for (var folder = 0; folder < Folders; folder++)
        {
            Directory.CreateDirectory(_folder.At($"folder-{folder}"));
            for (var file = 0; file < FilesInEach; file++)
            {
                File.WriteAllText(_folder.At($"folder-{folder}/file-{file}"), "");
                names.Add(($"folder-{folder}", $"file-{file}"));
            }
        }
        return names;
    }

    // Requests that the loop device has answered (Documentation/admin-guide/iostats.rst, field 1).
    private static long Reads(string mounted)
    {
        var device = File.ReadLines("/proc/self/mounts").Select(static line => line.Split(' ')).Single(fields => fields[1] == mounted)[0];
        var statistics = File.ReadAllText($"/sys/block/{Path.GetFileName(device)}/stat").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(statistics[0], CultureInfo.InvariantCulture);
    }
}
