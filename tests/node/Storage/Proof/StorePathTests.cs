using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class StorePathTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StoreFolder _top;

    public StorePathTests() => _top = StoreFolder.Open(new StoreView(_folder.Root, OwnersKnown: true));

    public void Dispose()
    {
        _top.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_folder_is_the_one_that_was_asked_for_in_whatever_order()
    {
        // Deeper than what is kept open, too.
        var deep = string.Join('/', Enumerable.Range(0, 40).Select(static i => $"d{i}"));
        string[] paths = ["", "a", "a/b", "a/b/c", "a/bc", "b", "a/b/c/b", deep, deep + "/more", $"d0/d1/{deep}", deep.Replace("d33", "other", StringComparison.Ordinal)];
        foreach (var path in paths)
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder.At(path)).FullName, "name"), path);

        using var folders = new StorePath(_top);
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var path = paths[random.Next(paths.Length)];
            Assert.Equal(path, Read(folders.Open(path)));
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_and_the_next_one_opens()
    {
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder.At("a/b")).FullName, "name"), "here");
        Directory.CreateSymbolicLink(_folder.At("link"), _folder.At("a"));
        using var folders = new StorePath(_top);
        foreach (var missing in (string[])["a/c", "x", "link/b", "a/b/name", "a/b/" + string.Join('/', Enumerable.Repeat("x", 60))])
        {
            Assert.Throws<IOException>(() => folders.Open(missing));
            Assert.Equal("here", Read(folders.Open("a/b")));
        }
    }

    private static string Read(StoreFolder folder)
    {
        using var file = folder.OpenFile("name");
        using var reader = new StreamReader(new FileStream(file, FileAccess.Read));
        return reader.ReadToEnd();
    }
}
