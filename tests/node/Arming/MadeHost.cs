using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

/// <summary>A small host tree with files of every kind that arming may meet, and changes of every kind to it.</summary>
internal sealed class MadeHost : IDisposable
{
    public const string StateFolder = "/var/lib/handcarry/arming";

    public MadeHost()
    {
        // In memory where there is such a folder: hundreds of hosts are made, and each of their steps waits for the disk.
        Root = Directory.Exists("/dev/shm") ? $"/dev/shm/handcarry-node-{Guid.NewGuid():N}" : Directory.CreateTempSubdirectory("handcarry-node-").FullName;
        foreach (var folder in new[] { "/etc/crio/crio.conf.d", "/etc/containers/registries.d", "/usr/etc/certs.d", "/var/lib/handcarry" })
            Directory.CreateDirectory(At(folder));
        File.WriteAllText(At("/etc/crio/crio.conf.d/10-theirs"), "theirs\n");
        File.SetUnixFileMode(At("/etc/crio/crio.conf.d/10-theirs"), (UnixFileMode)0x980); // 4600
        if (Environment.IsPrivilegedProcess)
        {
            ExtendedAttributes.Set(At("/etc/crio/crio.conf.d/10-theirs"), "trusted.note", [1, 2, 0, 255]);
            File.WriteAllText(At("/etc/containers/old.conf"), "old\n");
            Assert.Equal(0, Node.Native.LibC.ChangeOwner(At("/etc/containers/old.conf"), 12, 34));
            File.SetUnixFileMode(At("/etc/crio/crio.conf.d/10-theirs"), (UnixFileMode)0x980);
        }
        File.CreateSymbolicLink(At("/etc/containers/link"), "../elsewhere");
        File.CreateSymbolicLink(At("/etc/containers/certs.d"), "/usr/etc/certs.d");
    }

    public static IReadOnlyList<ServiceAction> Services { get; } = [new(ServiceActionKind.ReadUnits), new(ServiceActionKind.Restart, "crio.service")];

    public static IReadOnlyList<HostChange> Changes { get; } =
    [
        new HostChange.MakeFolder("/var/lib/handcarry/store/overlay/l"),
        new HostChange.PutFile("/etc/crio/crio.conf.d/10-theirs", "ours\n"),
        new HostChange.PutFile("/etc/containers/registries.conf.d/ours.conf", "mirror\n"),
        new HostChange.PutFile("/etc/containers/certs.d/ours", "through a link\n", 0x180),
        new HostChange.RemoveFile("/etc/containers/old.conf"),
        new HostChange.PutLink("/etc/containers/link", "ours"),
        new HostChange.PutLink("/etc/systemd/system/crio.service.wants/store.mount", "../store.mount"),
    ];

    public string Root { get; }

    public string At(string path) => Root + path;

    public HostChanges Open(Action<string>? step = null) => new(Root, At(StateFolder), step);

    public IReadOnlyList<string> Snapshot() => HostSnapshot.Of(Root, StateFolder);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
