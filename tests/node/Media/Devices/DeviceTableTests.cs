using CsCheck;
using Handcarry.Hosts.Node.Media.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Devices;

public sealed class DeviceTableTests
{
    private DeviceTable _table = DeviceTable.Empty;
    private TimeSpan _now;

    private static BlockDeviceFacts Disk => new() { Node = "/dev/sdb", Major = 8, Minor = 16, DiskSequence = 17, Size = 1000, Probed = true, HasTable = true };

    private static BlockDeviceFacts Partition => Disk with { Node = "/dev/sdb1", Minor = 17, Disk = "/dev/sdb", HasTable = false, FileSystem = "vfat", Usage = "filesystem", Label = "STICK" };

    private static BlockDeviceFacts Raw => Disk with { HasTable = false };

    [Fact]
    public void What_udev_recognised_can_be_read_at_once_and_its_disk_after_a_second_of_silence()
    {
        Assert.Empty(Tell(1, Disk));
        Assert.Equal(["look sdb1"], Tell(2, Partition));
        Assert.Empty(After(DeviceTable.Silence / 2));
        Assert.Empty(Tell(3, Disk));
        Assert.Empty(After(DeviceTable.Silence / 2));
        Assert.Equal(["look sdb"], After(DeviceTable.Silence / 2));
        Assert.Null(_table.NextDue);
    }

    [Fact]
    public void A_raw_medium_can_be_read_as_soon_as_udev_has_probed_it() => Assert.Equal(["look sdb"], Tell(1, Raw));

    /// <summary>Systemd tells of a unit that is not active yet, and whoever looks then is ahead of udev.</summary>
    [Trait("Trap", "4")]
    [Fact]
    public void What_udev_has_not_probed_waits_for_it_and_what_was_probed_stays_so()
    {
        var early = Partition with { Probed = false, FileSystem = null, Usage = "", Label = "" };
        Assert.Empty(Tell(9, early));
        Assert.Equal(["look sdb1"], Tell(2, Partition));
        Assert.Empty(Tell(10, early));
        Assert.Equal([Partition], _table.Present);
    }

    /// <summary>The boot sector of exFAT looks like a table of partitions to udev.</summary>
    [Trait("Trap", "12")]
    [Fact]
    public void A_file_system_that_is_taken_for_a_table_of_partitions_is_a_file_system() => Assert.Equal(["look sdb"], Tell(1, Partition with { Node = "/dev/sdb", Disk = null, HasTable = true }));

    /// <summary>A drive that stays tells of a change only.</summary>
    [Trait("Trap", "5")]
    [Fact]
    public void Another_medium_under_the_same_name_is_the_end_of_the_first()
    {
        Tell(1, Raw);
        Assert.Equal(["gone sdb", "look sdb"], Tell(2, Raw with { DiskSequence = 18 }));
    }

    [Fact]
    public void A_medium_that_was_formatted_anew_is_another()
    {
        Tell(1, Raw);
        Assert.Equal(["gone sdb", "look sdb"], Tell(2, Raw with { FileSystem = "ext4", Usage = "filesystem", Uuid = "x" }));
    }

    [Fact]
    public void A_change_that_shows_in_nothing_is_a_reason_to_look_again_once()
    {
        Tell(1, Raw);
        Assert.Equal(["look sdb"], Tell(2, Raw));
        Assert.Empty(Tell(2, Raw));
    }

    /// <summary>A reload of systemd ends with a list of what is there.</summary>
    [Trait("Trap", "2")]
    [Fact]
    public void A_list_of_what_is_known_changes_nothing_and_one_without_it_takes_it_away()
    {
        Tell(1, Raw);
        Assert.Empty(List(5, Raw));
        Assert.Equal(["gone sdb"], List(6));
        Assert.Empty(_table.Present);
    }

    [Fact]
    public void A_device_that_went_before_it_could_be_read_is_not_told_of_at_all()
    {
        Assert.Empty(Tell(1, Disk));
        Assert.Empty(Tell(2, "sdb"));
        Assert.Empty(After(DeviceTable.Silence * 2));
    }

    [Fact]
    public void What_is_late_says_nothing_against_what_is_newer()
    {
        Tell(3, Raw with { DiskSequence = 18 });
        Assert.Empty(Tell(2, "sdb"));
        Assert.Empty(Tell(1, Raw));
        Assert.Equal([Raw with { DiskSequence = 18 }], _table.Present);
        Tell(4, "sdb");
        Assert.Empty(Tell(3, Raw with { DiskSequence = 18 }));
    }

    [Fact]
    public void However_statements_arrive_the_table_ends_in_what_the_machine_has()
    {
        // Each byte is an insertion, a change or a removal on one of three names. What two sources make of that arrives in any order, some of it twice.
        var machines = Gen.Select(Gen.Byte.Array[1, 40], Gen.Int[0, int.MaxValue]);
        machines.Sample(
            (steps, seed) =>
            {
                var (statements, machine) = Live(steps);
                var random = new Random(seed);
                var arrived = statements.Concat(statements.Where(_ => random.Next(3) == 0)).ToArray();
                random.Shuffle(arrived);
                var (table, told) = (DeviceTable.Empty, new HashSet<(string, ulong?)>());
                foreach (var statement in arrived)
                    (table, var effects) = Follow(table.Step(statement, TimeSpan.Zero), told);
                (table, _) = Follow(table.Tick(DeviceTable.Silence), told);
                var expected = machine.Values.Select(device => (device.Name, device.DiskSequence)).ToHashSet();
                return expected.SetEquals(table.Present.Select(device => (device.Name, device.DiskSequence))) && expected.SetEquals(told);
            });
    }

    /// <summary>Lives through the steps: what udev and systemd make of them, and how the machine is in the end.</summary>
    private static (List<BlockDeviceEvent> Statements, Dictionary<string, BlockDeviceFacts> Machine) Live(byte[] steps)
    {
        var machine = new Dictionary<string, BlockDeviceFacts>(StringComparer.Ordinal);
        var statements = new List<BlockDeviceEvent>();
        var (stamp, insertion) = (0UL, 0UL);
        foreach (var step in steps)
        {
            var name = "sd" + (char)('a' + (step % 3));
            stamp++;
            if (step % 4 == 0)
                machine.Remove(name);
            else if (step % 4 == 1 && machine.TryGetValue(name, out var there))
                machine[name] = there with { Label = $"{stamp}" };
            else
                machine[name] = Disk with { Node = "/dev/" + name, DiskSequence = ++insertion, HasTable = step % 5 == 0 };
            statements.Add(new BlockDeviceEvent.Changed(stamp, name, machine.GetValueOrDefault(name)));
            // systemd is quicker than udev now and then, and silent at other times.
            if (step % 7 < 3)
                statements.Add(new BlockDeviceEvent.Listed(stamp, [.. machine.Values.Select(device => step % 7 == 0 ? device with { Probed = false } : device)]));
        }
        return (statements, machine);
    }

    private static (DeviceTable, IReadOnlyList<DeviceEffect>) Follow((DeviceTable Table, System.Collections.Immutable.ImmutableList<DeviceEffect> Effects) step, HashSet<(string, ulong?)> told)
    {
        foreach (var effect in step.Effects)
        {
            var key = (effect.Device.Name, effect.Device.DiskSequence);
            if (effect is DeviceEffect.Gone)
                Assert.True(told.Remove(key), "what was never told of is gone");
            else
                told.Add(key);
        }
        return (step.Table, step.Effects);
    }

    private string[] Tell(ulong stamp, BlockDeviceFacts device) => Take(_table.Step(new BlockDeviceEvent.Changed(stamp, device.Name, device), _now));

    private string[] Tell(ulong stamp, string gone) => Take(_table.Step(new BlockDeviceEvent.Changed(stamp, gone, null), _now));

    private string[] List(ulong stamp, params BlockDeviceFacts[] devices) => Take(_table.Step(new BlockDeviceEvent.Listed(stamp, devices), _now));

    private string[] After(TimeSpan time) => Take(_table.Tick(_now += time));

    private string[] Take((DeviceTable Table, System.Collections.Immutable.ImmutableList<DeviceEffect> Effects) step)
    {
        _table = step.Table;
        return [.. step.Effects.Select(effect => $"{(effect is DeviceEffect.Gone ? "gone" : "look")} {effect.Device.Name}")];
    }
}
