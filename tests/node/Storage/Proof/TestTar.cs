using System.Formats.Tar;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

/// <summary>Builds the tar stream of a layer, entry by entry.</summary>
internal sealed class TestTar
{
    // A capability set as setcap(8) writes it: cap_net_bind_service, effective (linux/capability.h, struct vfs_cap_data version 2).
    private const string Capability = "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    private readonly List<PaxTarEntry> _entries = [];

    /// <summary>Everything that a layer can have.</summary>
    public static byte[] WithEverything() => new TestTar()
        .Add("./", TarEntryType.Directory, mode: 0x1C0, owner: 7)
        .Add("bin/", TarEntryType.Directory, mode: 0x1ED)
        .Add("bin/su", content: new byte[5000], mode: 0x9ED)
        .Add("bin/hard", TarEntryType.HardLink, link: "bin/su", mode: 0x9ED)
        .Add("bin/sh", TarEntryType.SymbolicLink, link: "/usr/../bin/su", mode: 0x1FF, owner: 1000, group: 1001)
        .Add("implied/deep/file", content: [1, 2, 3], mode: 0x180, owner: 1000, group: 1001)
        .Add("dev/null", TarEntryType.CharacterDevice, mode: 0x1B6, device: (1, 3))
        .Add("dev/sda", TarEntryType.BlockDevice, mode: 0x1B0, device: (8, 0), group: 6)
        .Add("dev/pipe", TarEntryType.Fifo, mode: 0x1A4)
        .Add("bin/ping", content: [9], mode: 0x1ED, attributes: ("security.capability", Capability))
        .Add("noted", content: new byte[100_000], attributes: ("user.note", "a note"))
        .Add("shadow", content: [5, 6], mode: 0)
        .Add("tmp/", TarEntryType.Directory, mode: 0x3FF)
        .Add("removed/.wh.name", owner: 9)
        .Add("opaque/", TarEntryType.Directory, mode: 0x1C0)
        .Add("opaque/.wh..wh..opq")
        .Add(".wh.gone")
        .Add("empty")
        .Add("sp\u00e4t", content: [1])
        .Add(string.Concat(Enumerable.Repeat("long-name/", 20)) + "file", content: [4])
        .Add("late/file", content: [7])
        .Add("late/", TarEntryType.Directory, mode: 0x1C9, owner: 3)
        .ToArray();

    public TestTar Add(
        string name, TarEntryType type = TarEntryType.RegularFile, byte[]? content = null, int mode = 0x1A4, int owner = 0, int group = 0,
        string? link = null, (int Major, int Minor) device = default, params (string Name, string Value)[] attributes)
    {
        var entry = new PaxTarEntry(type, name, attributes.Select(static one => KeyValuePair.Create("SCHILY.xattr." + one.Name, one.Value)))
        {
            Mode = (UnixFileMode)mode,
            Uid = owner,
            Gid = group,
            ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        };
        if (link is not null)
            entry.LinkName = link;
        if (type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice)
            (entry.DeviceMajor, entry.DeviceMinor) = device;
        if (content is not null)
            entry.DataStream = new MemoryStream(content);
        _entries.Add(entry);
        return this;
    }

    public byte[] ToArray()
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            _entries.ForEach(writer.WriteEntry);
        return bytes.ToArray();
    }
}
