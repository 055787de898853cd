using Handcarry.Hosts.Node.Cri.Records;

namespace Handcarry.Hosts.Node.Tests.Cri.Records;

public sealed class MainStorageTests : IAsyncDisposable
{
    private readonly CrioTwinSite _site = new(32);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task What_is_set_counts_first_then_what_the_runtime_says_then_its_files()
    {
        await File.WriteAllTextAsync(Path.Combine(_site.DropIns, "10-root"), "[crio]\nroot = \"/of/the/files\"\n");
        Directory.CreateDirectory(Path.Combine(_site.Root, "data", "main"));
        _site.Crio.GraphRoot = "/data/main";

        Assert.Equal("/is/set", await MainStorage.FindAsync("/is/set/", _site.Root, _site.Runtime, default));
        Assert.Equal("/data/main", await MainStorage.FindAsync("", _site.Root, _site.Runtime, default));
        Assert.Equal("/of/the/files", await MainStorage.FindAsync("", _site.Root, null, default));
    }

    [Fact]
    public async Task A_folder_that_the_runtime_tells_and_that_is_not_on_the_host_is_not_believed()
    {
        _site.Crio.GraphRoot = "/nowhere";
        Assert.Equal("/var/lib/containers/storage", await MainStorage.FindAsync("", _site.Root, _site.Runtime, default));
    }
}
