using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Hosts.Node.Tests.Arming;
using Handcarry.Hosts.Node.Tests.Sandbox;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>A real systemd and real mounts of a real squashfs; a service in the place of CRI-O notes what is mounted when it starts.</summary>
[Collection(SandboxSystemd.Collection)]
public sealed class UnitMountsTests(SandboxSystemd sandbox)
{
    private const string Blob = "/var/lib/handcarry/blobs/sha256/one", Mount = "/var/lib/handcarry/sealed/one";

    private string Root => sandbox.BusSocket[..^"/run/dbus/system_bus_socket".Length];

    [SkippableFact]
    public async Task A_store_is_mounted_before_the_runtime_starts_without_the_agent_and_nothing_is_left_when_it_is_unmounted()
    {
        sandbox.Need();
        Tool.Need("mksquashfs");
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.MakeFolder("store") + "/one", "1");
        foreach (var made in new[] { "/var/lib/handcarry/blobs/sha256", "/etc/systemd/system/crio.service.wants" })
            Directory.CreateDirectory(Root + made);
        await Tool.RunAsync("mksquashfs", folder.At("store"), folder.At("one"), "-noappend", "-quiet");
        File.Copy(folder.At("one"), Root + Blob);
        await File.WriteAllTextAsync(Root + "/etc/systemd/system/crio.service", "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c 'cp /proc/mounts /run/crio-saw; systemd-notify --ready; exec sleep infinity'\n");
        var systemd = new SystemdServiceManager(sandbox.BusSocket);
        await systemd.ReadUnitsAnewAsync(default);
        var before = HostSnapshot.Of(Root + "/etc");
        var (mounts, unit) = (new UnitMounts(Root, systemd), ArmingFiles.MountUnitName(Mount));

        await mounts.MountAsync(Blob, Mount, default);
        Assert.Equal("1", await File.ReadAllTextAsync(Root + Mount + "/one"));
        Assert.True(LoopDevices.IsMounted(Blob, Root + Mount));

        // As at the next start of the host, without the agent.
        await sandbox.RunAsync("systemctl", "stop", unit);
        Assert.False(File.Exists(Root + Mount + "/one"));
        await sandbox.RunAsync("systemctl", "start", "crio.service");
        Assert.Contains(await File.ReadAllLinesAsync(Root + "/run/crio-saw"), line => line.Contains($" {Mount} squashfs ro,nosuid,nodev", StringComparison.Ordinal));

        // Unmounted by hand, its unit removed by hand: it is put right, and twice is no different from once.
        await sandbox.RunAsync("umount", Mount);
        await mounts.MountAsync(Blob, Mount, default);
        Assert.True(File.Exists(Root + Mount + "/one"));
        File.Delete($"{Root}/etc/systemd/system/{unit}");
        File.Delete($"{Root}/etc/systemd/system/crio.service.wants/{unit}");
        await mounts.MountAsync(Blob, Mount, default);
        await mounts.MountAsync(Blob, Mount, default);
        Assert.True(File.Exists(Root + Mount + "/one"));
        Assert.True(File.Exists($"{Root}/etc/systemd/system/crio.service.wants/{unit}"));

        await mounts.UnmountAsync(Mount, default);
        await mounts.UnmountAsync(Mount, default);
        Assert.False(File.Exists(Root + Mount + "/one"));
        Assert.Equal(before, HostSnapshot.Of(Root + "/etc"));

        // The blob has gone: the runtime starts all the same.
        await mounts.MountAsync(Blob, Mount, default);
        await sandbox.RunAsync("systemctl", "stop", "crio.service", unit);
        File.Delete(Root + Blob);
        await sandbox.RunAsync("systemctl", "start", "crio.service");
        Assert.DoesNotContain("squashfs", await File.ReadAllTextAsync(Root + "/run/crio-saw"), StringComparison.Ordinal);
        await mounts.UnmountAsync(Mount, default);
        await sandbox.RunAsync("systemctl", "stop", "crio.service");
        Assert.Equal(before, HostSnapshot.Of(Root + "/etc"));
    }
}
