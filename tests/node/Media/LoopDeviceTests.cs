using Handcarry.Hosts.Node.Media;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

public sealed class LoopDeviceTests : IDisposable
{
    private LoopDevices? _devices;

    private LoopDevices Devices => _devices ??= new LoopDevices();

    public void Dispose() => _devices?.Dispose();

    [SkippableFact]
    public async Task A_device_is_called_by_its_node_and_size()
    {
        await Devices.InsertAsync("sdb", new byte[2_048_000]);
        await using var watch = MediaWatch.Begin(new WatchedFolderMediaSource(Devices.Folder, TimeProvider.System));
        Assert.Equal($"{Devices.Folder}/sdb (2.0 MB)", (await watch.NextAsync()).Medium.Name);
    }

    [SkippableFact]
    public async Task A_device_that_fails_in_the_middle_is_a_read_that_failed_there()
    {
        const int Kept = 4 << 20, Size = 16 << 20;
        await Devices.InsertAsync("sdb", new byte[Size]);
        var source = new WatchedFolderMediaSource(Devices.Folder, TimeProvider.System);
        await using var watch = MediaWatch.Begin(source);
        var medium = (await watch.NextAsync()).Medium;
        await using var stream = await source.OpenAsync(medium, default);
        await stream.ReadExactlyAsync(new byte[1 << 20]);
        await using (var image = File.OpenWrite(Devices.ImageOf("sdb")))
            image.SetLength(Kept);

        var failed = await Assert.ThrowsAsync<ContentException>(() => stream.CopyToAsync(Stream.Null));
        Assert.Equal(Reasons.ReadFailed, failed.Reason);
        // What the kernel had read ahead it still gives.
        Assert.InRange(failed.Offset!.Value, 1 << 20, Size - 1);
        Assert.Contains(medium.Name, failed.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_device_with_nothing_in_it_is_no_medium()
    {
        var device = await Devices.InsertAsync("sdb", new byte[4096]);
        await Devices.EjectAsync("sdb", device);
        await using var watch = MediaWatch.Begin(new WatchedFolderMediaSource(Devices.Folder, TimeProvider.System));
        await File.WriteAllBytesAsync(Path.Combine(Devices.Folder, "upgrade-a.tar"), [1]);
        var first = await watch.NextAsync();
        Skip.If((await File.ReadAllTextAsync($"/sys/block/{Path.GetFileName(device)}/size")).Trim() != "0", "another took the loop device in between");
        Assert.Contains("/upgrade-a.tar ", first.Medium.Name, StringComparison.Ordinal);
        Assert.Empty(watch.Waiting());
    }

    [SkippableFact]
    public async Task A_link_to_a_device_is_no_medium()
    {
        var device = await Devices.InsertAsync("sdb", new byte[4096]);
        await using var watch = MediaWatch.Begin(new WatchedFolderMediaSource(Devices.Folder, TimeProvider.System));
        Assert.Contains("/sdb ", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
        File.CreateSymbolicLink(Path.Combine(Devices.Folder, "cdrom"), device);
        await Devices.InsertAsync("sdc", new byte[4096]);
        Assert.Contains("/sdc ", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Another_stick_under_the_same_node_is_not_taken_for_the_first()
    {
        await Devices.InsertAsync("sdb", new byte[4096]);
        var source = new WatchedFolderMediaSource(Devices.Folder, TimeProvider.System);
        await using var watch = MediaWatch.Begin(source);
        var medium = (await watch.NextAsync()).Medium;
        Skip.IfNot(await Devices.ExchangeAsync("sdb", new byte[4096]), "another took the loop device in between");
        var refused = await Assert.ThrowsAsync<ContentException>(() => source.OpenAsync(medium, default).AsTask());
        Assert.Contains(medium.Name, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_stick_attached_through_its_node_is_noticed()
    {
        var device = await Devices.InsertAsync("sdb", new byte[4096]);
        await Devices.EjectAsync("sdb", device);
        await using var watch = MediaWatch.Begin(new WatchedFolderMediaSource(Devices.Folder, TimeProvider.System));
        Skip.IfNot(await Devices.AttachThroughNodeAsync("sdb", new byte[8192]), "another took the loop device in between");
        Assert.Equal($"{Devices.Folder}/sdb (8.2 kB)", (await watch.NextAsync()).Medium.Name);
    }
}
