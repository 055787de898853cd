using Handcarry.Hosts.Node.Media;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Tests.Media.Devices;
using Handcarry.Streams.Bundles;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class NamedBundleMediaSourceTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly SilentMediaLog _log = new();
    private readonly NamedBundleMediaSource _source;

    public NamedBundleMediaSourceTests() => _source = Named(_folder.At("far", "away", "bundle.tar"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bundle_that_is_not_there_is_told_once_and_taken_when_it_comes_with_its_folders()
    {
        await using var watch = MediaWatch.Begin(_source);
        await Eventually.HoldsAsync(() => !_log.Findings.IsEmpty, "it is told that there is none");
        var lacking = Assert.Single(_log.Findings);
        Assert.Equal(VolumeReasons.BundleMissing, lacking.Reason);
        Assert.Contains("media.bundle", lacking.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.At("far", "away", "bundle.tar"), lacking.Message, StringComparison.Ordinal);
        _folder.MakeFolder("far");
        await File.WriteAllBytesAsync(_folder.At("bundle.tar"), [1, 2, 3]);
        File.Move(_folder.At("bundle.tar"), Path.Combine(_folder.MakeFolder("far", "away"), "bundle.tar"));
        var came = await watch.NextAsync();
        Assert.Equal(($"{_folder.At("far", "away", "bundle.tar")} (3 B)", true, true), (came.Medium.Name, came.Present, came.Medium.NamedAsBundle));
        Directory.Delete(_folder.At("far"), recursive: true);
        Assert.Equal(came with { Present = false }, await watch.NextAsync());
        Assert.Single(_log.Findings.Distinct());
    }

    [Fact]
    public async Task A_copy_under_way_is_no_medium_until_it_is_complete()
    {
        var file = _folder.At("far", "away", "bundle.tar");
        _folder.MakeFolder("far", "away");
        await using var writer = File.Create(file);
        await writer.WriteAsync(new byte[1000]);
        await writer.FlushAsync();
        await using var watch = MediaWatch.Begin(_source);
        await using var other = MediaWatch.Begin(Named(_folder.At("far", "away", "done.tar")));
        await File.WriteAllBytesAsync(_folder.At("far", "away", "done.tar"), [1]);
        await other.NextAsync();
        Assert.Empty(watch.Waiting());
        await writer.WriteAsync(new byte[1000]);
        await writer.DisposeAsync();
        Assert.Contains("(2.0 kB)", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_part_stands_for_all_and_a_gap_is_told()
    {
        var folder = _folder.MakeFolder("far", "away");
        await File.WriteAllBytesAsync(Path.Combine(folder, "b.tar.001"), [1, 2]);
        await File.WriteAllBytesAsync(Path.Combine(folder, "b.tar.003"), [5]);
        var source = Named(Path.Combine(folder, "b.tar.001"));
        await using var watch = MediaWatch.Begin(source);
        await Eventually.HoldsAsync(() => !_log.Findings.IsEmpty, "the gap is told");
        Assert.Contains("b.tar.002", Assert.Single(_log.Findings).Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(_folder.At("new"), [3, 4]);
        File.Move(_folder.At("new"), Path.Combine(folder, "b.tar.002"));
        Assert.Contains("b.tar in 3 parts (5 B)", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_bundle_in_its_place_is_another_medium()
    {
        var file = Path.Combine(_folder.MakeFolder("far", "away"), "bundle.tar");
        await File.WriteAllBytesAsync(file, [1]);
        await using var watch = MediaWatch.Begin(_source);
        var first = await watch.NextAsync();
        await File.WriteAllBytesAsync(_folder.At("new"), [1, 2]);
        File.Move(_folder.At("new"), file, overwrite: true);
        Assert.Equal(first with { Present = false }, await watch.NextAsync());
        var second = await watch.NextAsync();
        Assert.True(second.Present);
        Assert.NotEqual(first.Medium.Id, second.Medium.Id);
    }

    [Fact]
    public async Task What_is_no_regular_file_is_told_and_not_opened()
    {
        var pipe = Path.Combine(_folder.MakeFolder("far", "away"), "bundle.tar");
        await Tool.RunAsync("mkfifo", pipe);
        await using var watch = MediaWatch.Begin(_source);
        await Eventually.HoldsAsync(() => !_log.Findings.IsEmpty, "the pipe is told");
        Assert.Equal(VolumeReasons.NotAFile, Assert.Single(_log.Findings).Reason);
        File.Delete(pipe);
        await Eventually.HoldsAsync(() => _log.Findings.Any(finding => finding.Reason == VolumeReasons.BundleMissing), "it is gone");
        Assert.Empty(watch.Waiting());
    }

    private NamedBundleMediaSource Named(string path) => new(
        () => path, new VolumeReader(new VolumeOptions { MountFolder = _folder.MakeFolder("mounts") }, new BundleLimits(), TimeProvider.System), TimeProvider.System, _log);
}
