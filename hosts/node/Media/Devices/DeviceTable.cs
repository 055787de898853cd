using System.Collections.Immutable;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// Which devices with a medium there are, out of statements that may come twice, late, in any order and from several sources. A medium is known by the
/// number of its insertion, so that a drive that stays, a name that is used again and a source that forgets and lists everything anew are all the same.
/// Pure: clock and events come from outside.
/// </summary>
/// <param name="Entries">By the kernel's name.</param>
internal sealed record DeviceTable(ImmutableSortedDictionary<string, DeviceEntry> Entries)
{
    /// <summary>
    /// How long nothing must be heard of a disk and its partitions until they can be read, unless udev said it all: the disk, each partition and the disk again
    /// are events of their own (reference/devices.md section 4).
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    public static DeviceTable Empty { get; } = new(ImmutableSortedDictionary<string, DeviceEntry>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>The devices that are there.</summary>
    public IEnumerable<BlockDeviceFacts> Present => Entries.Values.Select(entry => entry.Device).OfType<BlockDeviceFacts>();

    /// <summary>When to call <see cref="Tick"/>; null when there is nothing to wait for.</summary>
    public TimeSpan? NextDue => Entries.Values.Min(entry => entry.Due);

    /// <summary>Takes a statement in. What it makes readable at once is among the effects.</summary>
    public (DeviceTable Table, ImmutableList<DeviceEffect> Effects) Step(BlockDeviceEvent told, TimeSpan now)
    {
        var effects = ImmutableList.CreateBuilder<DeviceEffect>();
        var table = told switch
        {
            BlockDeviceEvent.Changed changed => With(changed.Stamp, changed.Name, changed.Device, now, lookAgain: true, effects),
            BlockDeviceEvent.Listed listed => With(listed, now, effects),
            _ => throw new ArgumentException($"There is no event {told.GetType().Name}.", nameof(told)),
        };
        var (after, due) = table.Tick(now);
        effects.AddRange(due);
        return (after, effects.ToImmutable());
    }

    /// <summary>Tells of the devices that have become readable by now.</summary>
    public (DeviceTable Table, ImmutableList<DeviceEffect> Effects) Tick(TimeSpan now)
    {
        var due = Entries.Where(entry => entry.Value.Due <= now).ToList();
        var entries = Entries.SetItems(due.Select(entry => KeyValuePair.Create(entry.Key, entry.Value with { Due = null })));
        return (new DeviceTable(entries), [.. due.Select(entry => new DeviceEffect.Look(entry.Value.Device!))]);
    }

    private DeviceTable With(BlockDeviceEvent.Listed listed, TimeSpan now, ImmutableList<DeviceEffect>.Builder effects)
    {
        var names = listed.Devices.Select(device => device.Name).ToHashSet(StringComparer.Ordinal);
        var table = Entries.Keys.Where(name => !names.Contains(name))
            .Aggregate(this, (before, name) => before.With(listed.Stamp, name, null, now, lookAgain: false, effects));
        return listed.Devices.Aggregate(table, (before, device) => before.With(listed.Stamp, device.Name, device, now, lookAgain: false, effects));
    }

    private DeviceTable With(ulong stamp, string name, BlockDeviceFacts? device, TimeSpan now, bool lookAgain, ImmutableList<DeviceEffect>.Builder effects)
    {
        var before = Entries.GetValueOrDefault(name);
        if (before is not null && !before.GivesWayTo(stamp, device))
            return this;
        var newer = before is null || stamp > before.Stamp;
        var asOf = newer ? stamp : before!.Stamp;
        if (before is { Told: true } && device is not null && before.Device!.IsSameMedium(device))
        {
            if (lookAgain && newer)
                effects.Add(new DeviceEffect.Look(device));
            return new DeviceTable(Entries.SetItem(name, new DeviceEntry(asOf, device, null)));
        }
        if (before is { Told: true })
            effects.Add(new DeviceEffect.Gone(before.Device!));
        if (device is null)
            return new DeviceTable(Entries.SetItem(name, new DeviceEntry(asOf, null, null)));
        return new DeviceTable(Entries
            .SetItems(Unsettled(device).Select(entry => KeyValuePair.Create(entry.Key, entry.Value with { Due = now + Silence })))
            .SetItem(name, new DeviceEntry(asOf, device, SaysItAll(device) ? now : now + Silence)));
    }

    private IEnumerable<KeyValuePair<string, DeviceEntry>> Unsettled(BlockDeviceFacts device) =>
        Entries.Where(entry => entry.Value is { Due: not null, Device: { } other } && (other.Disk ?? other.Node) == (device.Disk ?? device.Node) && other.DiskSequence == device.DiskSequence);

    /// <summary>udev recognised what is on it, or that there is neither anything that it knows nor a table of partitions to wait for.</summary>
    private static bool SaysItAll(BlockDeviceFacts device) =>
        device.Probed && (device.Usage == "filesystem" || (device.Usage.Length == 0 && !device.HasTable));
}
