using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;
using Handcarry.Twins;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

public sealed class BlockDeviceMediaSourceTests
{
    private readonly ScriptedBlockDevices _devices = new();
    private readonly MemoryVolumes _volumes = new();
    private readonly SilentMediaLog _log = new();
    private readonly ManualTime _time = new();
    private readonly HashSet<string> _fixed = [];
    private readonly BlockDeviceMediaSource _source;
    private ulong _insertion;

    public BlockDeviceMediaSourceTests() => _source = new BlockDeviceMediaSource([_devices], Kernel, new MediumRules([]), _volumes, _time, _log);

    [Fact]
    public async Task All_bundles_of_a_device_are_media_and_go_with_it()
    {
        Insert("sdb", [1, 2, 3]);
        await using var watch = MediaWatch.Begin(_source);
        var (a, b) = (await watch.NextAsync(), await watch.NextAsync());
        Assert.Equal([("/dev/sdb, upgrade-a.tar", true, true), ("/dev/sdb, upgrade-b.tar", true, true)], new[] { a, b }.Select(change => (change.Medium.Name, change.Present, change.Medium.NamedAsBundle)));
        await using (var stream = await _source.OpenAsync(b.Medium, default))
            Assert.Equal(1, stream.ReadByte());
        Remove("sdb");
        Assert.Equal([a.Medium, b.Medium], new[] { await watch.NextAsync(), await watch.NextAsync() }.Select(change => change.Medium));
        var refused = await Assert.ThrowsAsync<ContentException>(() => _source.OpenAsync(a.Medium, default).AsTask());
        Assert.Equal(Reasons.ReadFailed, refused.Reason);
    }

    [Fact]
    public async Task A_wish_for_a_receipt_is_told_and_so_is_that_its_device_has_gone()
    {
        await using var watch = MediaWatch.Begin(_source);
        var wish = new ReceiptWish(ReceiptRequest.For(Digest.Of("a bundle"u8)), null);
        _volumes.Wishes["sdb"] = wish;
        Insert("sdb", [1]);
        await Eventually.HoldsAsync(() => _log.Wishes.Contains(("/dev/sdb", wish)), "the wish is told");
        Remove("sdb");
        await Eventually.HoldsAsync(() => _log.Wishes.Contains(("/dev/sdb", null)), "it is told that the device has gone");
    }

    [Fact]
    public async Task A_device_that_does_not_answer_keeps_nobody_from_the_others()
    {
        await using var watch = MediaWatch.Begin(_source);
        _volumes.Stuck["sr0"] = true;
        Insert("sr0", [1]);
        await Eventually.HoldsAsync(() => _volumes.Looks == 1, "the disc is looked at");
        Insert("sdb", [1]);
        Assert.Contains("/dev/sdb", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
        await watch.NextAsync();
        Remove("sdb");
        Assert.False((await watch.NextAsync()).Present);
        await watch.NextAsync();
        Remove("sr0");
        Insert("sdc", [1]);
        Assert.Contains("/dev/sdc", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_with_a_table_is_looked_at_when_nothing_more_is_heard_of_it()
    {
        await using var watch = MediaWatch.Begin(_source);
        Insert("sdb", [1], hasTable: true);
        await Eventually.HoldsAsync(() => _time.Waiting > 0, "it waits for silence");
        Assert.Equal(0, _volumes.Looks);
        _time.Advance(DeviceTable.Silence);
        Assert.True((await watch.NextAsync()).Present);
    }

    [Fact]
    public async Task A_blank_stick_is_looked_at_again_when_it_was_written_and_one_that_is_read_is_left_alone()
    {
        await using var watch = MediaWatch.Begin(_source);
        var stick = Insert("sdb", null);
        await Eventually.HoldsAsync(() => _log.Findings.Any(finding => finding.Reason == Reasons.NotABundle), "it holds no bundle");
        _volumes.Content["sdb"] = [1];
        _devices.Tell("sdb", stick);
        Assert.True((await watch.NextAsync()).Present);
        await watch.NextAsync();
        _devices.Tell("sdb", stick);
        Insert("sdc", [1]);
        Assert.Contains("/dev/sdc", (await watch.NextAsync()).Medium.Name, StringComparison.Ordinal);
        Assert.Equal(3, _volumes.Looks);
    }

    [Fact]
    public async Task What_is_refused_is_told_with_the_reason_and_not_looked_at()
    {
        _fixed.Add("sda");
        Insert("sda", [1]);
        await using var watch = MediaWatch.Begin(_source);
        await Eventually.HoldsAsync(() => _log.Refusals.Contains(("/dev/sda", DeviceReasons.DeviceFixed)), "it is refused");
        Assert.Equal(0, _volumes.Looks);
    }

    [Fact]
    public void Notes_of_udev_that_are_not_visible_are_missed_at_the_start()
    {
        using var folder = new TestFolder();
        BlockDeviceMediaSource.Create(new BlockDeviceMediaOptions { UdevNotes = folder.Root }, _volumes, _time, _log);
        Assert.Empty(_log.Findings);
        BlockDeviceMediaSource.Create(new BlockDeviceMediaOptions { UdevNotes = folder.At("udev") }, _volumes, _time, _log);
        var lacking = Assert.Single(_log.Findings);
        Assert.Equal(VolumeReasons.UdevNotesMissing, lacking.Reason);
        Assert.Contains(folder.At("udev"), lacking.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_device_that_a_bundle_is_expected_on_is_missed_told_when_it_has_none_and_taken_though_it_is_fixed()
    {
        var source = new BlockDeviceMediaSource([_devices], Kernel, new MediumRules([], "/dev/sda"), _volumes, _time, _log);
        _fixed.Add("sda");
        await using var watch = MediaWatch.Begin(source);
        await Eventually.HoldsAsync(() => !_log.Findings.IsEmpty, "it is missed");
        Assert.Contains("There is no medium at /dev/sda", Assert.Single(_log.Findings).Message, StringComparison.Ordinal);
        var disk = Insert("sda", null);
        await Eventually.HoldsAsync(() => _log.Findings.Any(finding => finding.Message.StartsWith("/dev/sda, which the setting media.bundle names, has no bundle", StringComparison.Ordinal)), "it holds none");
        _volumes.Content["sda"] = [1];
        _devices.Tell("sda", disk);
        Assert.True((await watch.NextAsync()).Present);
    }

    /// <summary>What went while nobody listened is gone when listening begins again, what stayed is not told of twice.</summary>
    [Trait("Trap", "3")]
    [Fact]
    public async Task What_changed_while_a_source_was_not_heard_is_found_out_afterwards()
    {
        Insert("sdb", [1]);
        await using var watch = MediaWatch.Begin(_source);
        await watch.NextAsync();
        await watch.NextAsync();
        Insert("sdc", [1]);
        var gone = new[] { await watch.NextAsync(), await watch.NextAsync() };
        _devices.Fail();
        await Eventually.HoldsAsync(() => _time.Waiting > 0, "it pauses before it listens again");
        Remove("sdc");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(gone.Select(change => change with { Present = false }), new[] { await watch.NextAsync(), await watch.NextAsync() });
        Assert.Equal(["script"], _log.Sources);
        Assert.Empty(watch.Waiting());
    }

    [Fact]
    public async Task Nothing_is_listened_to_when_nobody_watches_any_more()
    {
        var watch = MediaWatch.Begin(_source);
        await Eventually.HoldsAsync(() => _devices.Listeners == 1, "it listens");
        await watch.DisposeAsync();
        Assert.Equal(0, _time.Waiting);
    }

    private DeviceFacts? Kernel(string number) => _devices.Find(number) is not { } device ? null : new DeviceFacts
    {
        Path = device.Node, Major = device.Major, Minor = device.Minor, Size = device.Size, BlockSize = 512, ReadOnly = false, Removable = !_fixed.Contains(device.Name), Bus = "usb",
    };

    private BlockDeviceFacts Insert(string name, byte[]? content, bool hasTable = false)
    {
        if (content is not null)
            _volumes.Content[name] = content;
        var device = new BlockDeviceFacts
        {
            Node = "/dev/" + name, Major = 8, Minor = name[^1], DiskSequence = ++_insertion, Size = 1000, Probed = true, HasTable = hasTable,
        };
        _devices.Tell(name, device);
        return device;
    }

    private void Remove(string name) => _devices.Tell(name, null);
}
