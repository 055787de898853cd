using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Hosts.Node.Tests.Sandbox;
using Handcarry.Registries;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Arming;

[Collection(SandboxSystemd.Collection)]
public sealed class NodeArmingTests(SandboxSystemd sandbox)
{
    private static readonly ArmingPlan Plan = new(MadeHost.Changes, MadeHost.Services, []);

    [Fact]
    public async Task The_runtime_is_restarted_once_and_only_when_it_is_permitted()
    {
        using var host = new MadeHost();
        var services = Services(fails: false);
        var gate = new Gate { Refusal = "An upgrade runs." };
        var outcome = await Arming(host, services, gate).ArmAsync(Plan, default);
        Assert.Equal("An upgrade runs.", outcome.Waiting);
        Assert.Empty(services.Jobs);
        gate.Refusal = null;
        outcome = await Arming(host, services, gate).ArmAsync(Plan, default);
        Assert.Empty(outcome.Made);
        Assert.Empty(outcome.Owed);
        await Arming(host, services, gate).ArmAsync(Plan, default);
        Assert.Equal(["restart crio.service"], services.Jobs);
        Assert.Equal(1, gate.Returned);
    }

    [Fact]
    public async Task Changes_with_which_the_runtime_does_not_come_up_are_taken_back()
    {
        using var host = new MadeHost();
        var before = host.Snapshot();
        var failed = await Assert.ThrowsAsync<ArmingException>(() => Arming(host, Services(fails: true), new Gate()).ArmAsync(Plan, default).AsTask());
        Assert.Equal(ArmingReasons.ServiceFailed, failed.Reason);
        Assert.Contains("taken back", failed.Message, StringComparison.Ordinal);
        Assert.Equal(before, host.Snapshot());
    }

    [Fact]
    public async Task A_plan_with_refusals_changes_nothing()
    {
        using var host = new MadeHost();
        var before = host.Snapshot();
        var refused = Plan with { Refusals = [new(ArmingReasons.OwnedByMachineConfig, "one"), new(ArmingReasons.StoreMisplaced, "two")] };
        Assert.Equal("one\ntwo", (await Assert.ThrowsAsync<ArmingException>(() => Arming(host, Services(fails: false), new Gate()).ArmAsync(refused, default).AsTask())).Message);
        Assert.Equal(before, host.Snapshot());
    }

    /// <summary>A real systemd; crio.service starts only where the path is, and the link stands for a sealed store.</summary>
    [SkippableFact]
    public async Task The_runtime_starts_with_the_path_and_a_published_sealed_store_must_go_before_disarming()
    {
        sandbox.Need();
        var root = sandbox.BusSocket[..^"/run/dbus/system_bus_socket".Length];
        foreach (var made in new[] { "/etc/crio/crio.conf.d", "/var/lib/handcarry/sealed/one/overlay-images", "/etc/containers/registries.conf.d" })
            Directory.CreateDirectory(root + made);
        await File.WriteAllTextAsync(root + "/etc/systemd/system/crio.service", "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c 'test -e /var/lib/handcarry/store/overlay-layers/layers.lock || test ! -e /etc/crio/crio.conf.d/60-handcarry-store && systemd-notify --ready && exec sleep infinity'\n");
        var systemd = new SystemdServiceManager(sandbox.BusSocket);
        await systemd.ReadUnitsAnewAsync(default);
        var (before, store) = (HostSnapshot.Of(root + "/etc"), root + "/var/lib/handcarry/store");

        NodeArming Arming() => new(root, root + "/var/lib/handcarry/arming", systemd, systemd.ReadUnitsAnewAsync, new Gate());
        var plan = ArmingPlanner.Plan(new HostFactsReader(root).Read(), new ArmingSettings());
        Assert.Empty((await Arming().ArmAsync(plan, default)).Owed);
        Directory.Move(store, store + ".before");
        File.CreateSymbolicLink(store, "sealed/one");
        Assert.Empty(Arming().Missing(ArmingPlanner.Plan(new HostFactsReader(root).Read(), new ArmingSettings())));
        Assert.Equal(ArmingReasons.StoreMounted, (await Assert.ThrowsAsync<ArmingException>(() => Arming().DisarmAsync("/var/lib/handcarry/store", default).AsTask())).Reason);

        File.Delete(store);
        Directory.Move(store + ".before", store);
        var outcome = await Arming().DisarmAsync("/var/lib/handcarry/store", default);
        Assert.Empty(outcome.Left);
        Assert.Equal(before, HostSnapshot.Of(root + "/etc"));
        Assert.False(Directory.Exists(store));
        await sandbox.RunAsync("systemctl", "stop", "crio.service");
    }

    /// <summary>podman sees the tree of the host in a mount namespace of its own.</summary>
    [SkippableFact]
    public async Task Podman_reads_the_store_and_the_mirrors_and_leaves_nothing_behind()
    {
        Tool.NeedRoot();
        Tool.Need("podman", "unshare");
        using var host = new TestFolder();
        host.MakeFolder("etc", "containers");
        host.MakeFolder("var", "lib", "handcarry");
        // What podman keeps for itself.
        string[] podmans = ["/var/lib/containers", "/etc/containers/networks"];
        var before = HostSnapshot.Of(host.Root, podmans);
        var plan = ArmingPlanner.Plan(new HostFactsReader(host.Root).Read(), new ArmingSettings());
        NodeArming Arming() => new(host.Root, host.At("var/lib/handcarry/arming"), null, null, new Gate());
        await Arming().ArmAsync(plan, default);
        var information = await Tool.RunAsync("unshare", "--mount", "sh", "-ec",
            "mount --make-rprivate / && mount --bind \"$0/etc/containers\" /etc/containers && mount --bind \"$0/var/lib\" /var/lib && mount -t tmpfs tmpfs /run && exec podman info --format json", host.Root);
        using var json = System.Text.Json.JsonDocument.Parse(information);
        Assert.Contains("/var/lib/handcarry/store", json.RootElement.GetProperty("store").GetProperty("graphOptions").GetRawText(), StringComparison.Ordinal);
        var mirror = json.RootElement.GetProperty("registries").GetProperty("quay.io/openshift-release-dev/ocp-release").GetProperty("Mirrors")[0];
        Assert.Equal("127.0.0.1:9242/openshift-release-dev/ocp-release", mirror.GetProperty("Location").GetString());
        Assert.Equal("digest-only", mirror.GetProperty("PullFromMirror").GetString());
        Assert.Empty((await Arming().DisarmAsync("/var/lib/handcarry/store", default)).Left);
        Assert.Equal(before, HostSnapshot.Of(host.Root, podmans));
    }

    /// <summary>Nothing but the mirror has this image: what comes came from there.</summary>
    [SkippableFact]
    public async Task Skopeo_draws_an_image_by_its_release_name_from_the_mirror()
    {
        Tool.NeedRoot();
        Tool.Need("skopeo", "unshare");
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        await using var registry = await RegistryProcess.StartAsync();
        using var push = registry.Push("openshift-release-dev/ocp-release");
        var image = await push.ImageAsync(null, [[1, 2, 3]]);
        using var host = new TestFolder();
        host.MakeFolder("etc", "containers");
        host.MakeFolder("var", "lib", "handcarry");
        var settings = new ArmingSettings { MirrorPort = registry.Endpoint.Port };
        await new NodeArming(host.Root, host.At("var/lib/handcarry/arming"), null, null, new Gate())
            .ArmAsync(ArmingPlanner.Plan(new HostFactsReader(host.Root).Read(), settings), default);
        await Tool.RunAsync("unshare", "--mount", "sh", "-ec",
            "mount --make-rprivate / && mount --bind \"$0/etc/containers\" /etc/containers && exec skopeo --insecure-policy copy -q \"docker://quay.io/openshift-release-dev/ocp-release@$1\" \"dir:$0/copy\"",
            host.Root, image.Digest.ToString());
        Assert.Equal(image.Digest, Streams.Content.Digest.Of(await File.ReadAllBytesAsync(host.At("copy", "manifest.json"))));
    }

    private static NodeArming Arming(MadeHost host, InMemoryServiceManager services, IRestartPermission permission) =>
        new(host.Root, host.At(MadeHost.StateFolder), services, null, permission);

    private static InMemoryServiceManager Services(bool fails)
    {
        var services = new InMemoryServiceManager();
        services.Add("crio.service", running: true, fails: fails);
        return services;
    }

    private sealed class Gate : IRestartPermission, IAsyncDisposable
    {
        public string? Refusal { get; set; }

        public int Returned { get; private set; }

        public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult(new RestartPermit(Refusal, Refusal is null ? this : null));

        public ValueTask DisposeAsync()
        {
            Returned++;
            return ValueTask.CompletedTask;
        }
    }
}
