using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Tests.Devices;
using Handcarry.Hosts.Node.Tests.Sandbox;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

/// <summary>Loop devices as sticks, and what udev and systemd tell of them. Others on this machine have loop devices too: only ours are looked for.</summary>
[Collection(SandboxSystemd.Collection)]
public sealed class RealEventsTests(SandboxSystemd sandbox) : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _folder.Dispose();
        _deadline.Dispose();
    }

    [SkippableFact]
    public async Task Udev_tells_of_a_stick_with_what_is_on_it_and_of_its_going()
    {
        var monitor = Listen();
        await using var events = Watch(new UdevBlockDevices(Census, () => monitor));
        var stick = await InsertAsync("ext4");
        var came = await UntilAsync(events, told => Of(told, stick) is { Probed: true } device ? device : null);
        Assert.Equal(("ext4", "filesystem", "FIELDSTICK"), (came.FileSystem, came.Usage, came.Label));
        Assert.Equal(stick.Facts.Sequence, came.DiskSequence);
        await stick.DisposeAsync();
        await UntilAsync(events, told => IsGone(told, came) ? told : null);
    }

    /// <summary>Udev's events stay in the network namespace of the host, systemd's signals do not.</summary>
    [Trait("Trap", "11")]
    [SkippableFact]
    public async Task Systemd_tells_of_a_stick_where_udev_is_not_heard()
    {
        using var heard = Listen();
        using var deaf = UdevMonitor.Begin();
        await using var events = Watch(new SystemdBlockDevices(Census, sandbox.BusSocket));
        await events.MoveNextAsync();
        var stick = await InsertAsync("ext4");
        var came = await UntilAsync(events, told => Of(told, stick));
        Assert.Equal(stick.Facts.Sequence, came.DiskSequence);
        await stick.DisposeAsync();
        await UntilAsync(events, told => IsGone(told, came) ? told : null);
        await heard.Events.WaitToReadAsync(_deadline.Token);
        Assert.Equal(0, deaf.Events.Count);
    }

    /// <summary>A question in answer to what systemd tells may be answered with more of the same, for ever.</summary>
    [Trait("Trap", "1")]
    [SkippableFact]
    public async Task Looking_leads_to_nothing_that_has_to_be_looked_at()
    {
        Need();
        await using var events = Watch(new SystemdBlockDevices(Census, sandbox.BusSocket));
        await events.MoveNextAsync();
        await using var first = await InsertAsync("ext4");
        await UntilAsync(events, told => Of(told, first));
        await using var second = await InsertAsync("ext4");
        var looks = 0;
        await UntilAsync(events, told => ++looks > 0 ? Of(told, second) : null);
        // Seven units of the first that were still on their way, and others' devices.
        Assert.InRange(looks, 1, 20);
    }

    /// <summary>A reload of systemd and a restart of the bus look like nothing at all.</summary>
    [Trait("Trap", "2")]
    [Trait("Trap", "3")]
    [SkippableFact]
    public async Task A_reload_and_a_restarted_bus_leave_a_stick_where_it_is_and_the_next_one_is_noticed()
    {
        Need();
        var log = new SilentMediaLog();
        var told = System.Threading.Channels.Channel.CreateUnbounded<BlockDeviceEvent>();
        var listening = new PersistentListener(new SystemdBlockDevices(Census, sandbox.BusSocket), TimeProvider.System, log).RunAsync(told.Writer, _deadline.Token);
        await using var stick = await InsertAsync("ext4");
        var (table, effects) = (DeviceTable.Empty, new List<DeviceEffect>());
        await HearAsync(device => device.Node == stick.Path);
        await sandbox.RunAsync("systemctl", "daemon-reload");
        await sandbox.RunAsync("systemctl", "restart", "dbus.service");
        await Eventually.HoldsAsync(() => log.Sources.Contains("systemd"), "the lost bus is noticed");
        await using var next = await InsertAsync("ext4");
        await HearAsync(device => device.Node == next.Path);
        Assert.DoesNotContain(effects, effect => effect is DeviceEffect.Gone && effect.Device.Node == stick.Path);
        await _deadline.CancelAsync();
        await listening;

        async Task HearAsync(Func<BlockDeviceFacts, bool> isThere)
        {
            while (!table.Present.Any(isThere))
            {
                var (after, more) = table.Step(await told.Reader.ReadAsync(_deadline.Token), TimeSpan.Zero);
                table = after;
                effects.AddRange(more);
            }
        }
    }

    private static BlockDeviceCensus Census { get; } = new("/sys", UdevDatabase.PropertiesOf);

    private UdevMonitor Listen()
    {
        Need();
        return sandbox.InNetwork(UdevMonitor.Begin);
    }

    private void Need()
    {
        sandbox.Need();
        LoopDisk.Need("mkfs.ext4");
    }

    private async Task<LoopDisk> InsertAsync(string type)
    {
        var image = _folder.At($"{Guid.NewGuid():n}.img");
        await using (var file = File.Create(image))
            file.SetLength(4 << 20);
        await Tool.RunAsync($"mkfs.{type}", "-q", "-L", "FIELDSTICK", image);
        return await LoopDisk.AttachAsync(image, "--read-only");
    }

    private IAsyncEnumerator<BlockDeviceEvent> Watch(IBlockDeviceSource source) => source.WatchAsync(_deadline.Token).GetAsyncEnumerator(_deadline.Token);

    private static BlockDeviceFacts? Of(BlockDeviceEvent told, LoopDisk disk) => told switch
    {
        BlockDeviceEvent.Changed changed => changed.Device?.Node == disk.Path ? changed.Device : null,
        BlockDeviceEvent.Listed listed => listed.Devices.FirstOrDefault(device => device.Node == disk.Path),
        _ => null,
    };

    /// <summary>Another may have taken the loop device at once: then it is another insertion.</summary>
    private static bool IsGone(BlockDeviceEvent told, BlockDeviceFacts device) => told switch
    {
        BlockDeviceEvent.Changed changed => changed.Name == device.Name && changed.Device?.DiskSequence != device.DiskSequence,
        BlockDeviceEvent.Listed listed => listed.Devices.All(other => other.DiskSequence != device.DiskSequence),
        _ => false,
    };

    private static async Task<T> UntilAsync<T>(IAsyncEnumerator<BlockDeviceEvent> events, Func<BlockDeviceEvent, T?> choose)
        where T : class
    {
        while (true)
        {
            Assert.True(await events.MoveNextAsync());
            if (choose(events.Current) is { } chosen)
                return chosen;
        }
    }
}
