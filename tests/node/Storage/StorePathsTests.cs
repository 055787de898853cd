using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class StorePathsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StorePaths _paths;

    public StorePathsTests()
    {
        _paths = new StorePaths(_folder.At("store"), _folder.At("scratch"), new StagingTrash(_folder.At("scratch"), new SystemProcessRunner(TimeProvider.System)));
        StoreSkeleton.Make(_paths.First);
        StoreSkeleton.Make(_paths.Second);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_at_each_path_comes_to_the_other_and_back()
    {
        var inodes = Inodes();
        _paths.Exchange();
        Assert.Equal(inodes.Reverse(), Inodes());
        _paths.Exchange();
        Assert.Equal(inodes, Inodes());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task The_second_path_is_emptied_also_when_the_agent_was_killed_before_it_had_forgotten_what_was_there(bool link, bool killed)
    {
        Fill(_paths.Second, link);
        if (killed)
        {
            // As it is after the exchange, and then somebody was published there again.
            Directory.CreateDirectory(_paths.Scratch);
            Fill(Path.Combine(_paths.Scratch, ".emptied"), link);
        }

        _paths.EmptySecond();

        Assert.Null(new FileInfo(_paths.Second).LinkTarget);
        Assert.True(StoreSkeleton.IsEmpty(_paths.Second));
        Assert.True(File.Exists(Path.Combine(_paths.Second, "overlay-images", "images.lock")));
        await _paths.Trash.EmptyAsync(default);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_paths.Scratch));
        Assert.Equal(link, Directory.Exists(_folder.At("elsewhere")));
    }

    private ulong[] Inodes() => [FileStatus.Of(_paths.First)!.Value.Inode, FileStatus.Of(_paths.Second)!.Value.Inode];

    private void Fill(string path, bool link)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        var at = link ? _folder.At("elsewhere") : path;
        StoreSkeleton.Make(at);
        File.WriteAllText(Path.Combine(at, "overlay-images", "images.json"), """[{"id":"0123"}]""");
        Assert.False(StoreSkeleton.IsEmpty(at));
        if (link)
            File.CreateSymbolicLink(path, at);
    }
}
