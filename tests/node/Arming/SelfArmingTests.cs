using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.SystemBus;
using Handcarry.Hosts.Node.Tests.Sandbox;
using Handcarry.Twins;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Arming;

[Collection(SandboxSystemd.Collection)]
public sealed class SelfArmingTests : IDisposable
{
    private static readonly ArmingSettings Settings = new();
    private static readonly string[] Folders = ["etc/crio/crio.conf.d", "var/lib/handcarry"];

    private readonly SandboxSystemd _sandbox;
    private readonly TestFolder _host = new();
    private readonly InMemoryServiceManager _services = new();
    private readonly ManualTime _time = new();
    private readonly Permission _permission = new();

    public SelfArmingTests(SandboxSystemd sandbox)
    {
        _sandbox = sandbox;
        foreach (var folder in Folders)
            Directory.CreateDirectory(_host.At(folder));
        _services.Add("crio.service", running: true);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_node_is_armed_by_the_first_look_and_left_alone_by_the_next()
    {
        await using var arming = Arming(_services);
        Assert.Null(await arming.LookAsync(default));
        Assert.Null(await arming.LookAsync(default));
        Assert.Equal(["restart crio.service"], _services.Jobs);
        Assert.True(File.Exists(_host.At("etc/crio/crio.conf.d/60-handcarry-store")));
    }

    [Fact]
    public async Task While_it_is_not_this_node_s_turn_it_says_whose_it_is_and_asks_again_at_each_look()
    {
        await using var arming = Arming(_services);
        _permission.Refusal = "Node node-2 is restarting its container runtime.";
        Assert.Equal(new Remark(ArmingReasons.NotArmed, _permission.Refusal), await arming.LookAsync(default));
        Assert.Empty(_services.Jobs);
        _permission.Refusal = null;
        Assert.Null(await arming.LookAsync(default));
    }

    [Fact]
    public async Task A_restart_that_takes_its_time_is_told_and_every_look_sees_the_same_one()
    {
        _permission.Opens = new TaskCompletionSource();
        await using var arming = Arming(_services);
        var looks = new[] { arming.LookAsync(default).AsTask(), arming.LookAsync(default).AsTask() };
        await Eventually.HoldsAsync(() => _permission.Asked == 1 && _time.Waiting == 2, "the attempt");
        _time.Advance(SelfArming.Patience);
        Assert.All(await Task.WhenAll(looks), static seen => Assert.Equal(ArmingReasons.Arming, seen?.Reason));

        // Another process would have to wait as well.
        var other = await Assert.ThrowsAsync<ArmingException>(async () => await NodeArming(_services).DisarmAsync(Settings.Store, default));
        Assert.Equal(ArmingReasons.ArmingUnderWay, other.Reason);

        _permission.Opens.SetResult();
        Assert.Null(await arming.LookAsync(default));
        Assert.Equal(1, _permission.Asked);
    }

    [Fact]
    public async Task A_runtime_that_does_not_come_up_has_its_files_back_and_is_not_tried_again()
    {
        var before = HostSnapshot.Of(_host.At("etc"));
        _services.Add("crio.service", running: true, fails: true);
        await using var arming = Arming(_services);
        var first = await arming.LookAsync(default);
        Assert.Equal(ArmingReasons.ServiceFailed, first?.Reason);
        Assert.Contains("handcarry arm --restart", first!.Message, StringComparison.Ordinal);
        Assert.Equal(before, HostSnapshot.Of(_host.At("etc")));
        var restarts = _services.Jobs.Count;
        Assert.Equal(first, await arming.LookAsync(default));
        Assert.Equal(restarts, _services.Jobs.Count);

        _services.Add("crio.service", running: true);
        await NodeArming(_services).ArmAsync(ArmingPlanner.Plan(new HostFactsReader(_host.Root).Read(), Settings), default);
        Assert.Null(await arming.LookAsync(default));
    }

    [Fact]
    public async Task What_an_administrator_must_do_is_said_with_its_own_reason()
    {
        Directory.CreateDirectory(_host.At("etc/machine-config-daemon"));
        await File.WriteAllTextAsync(_host.At("etc/machine-config-daemon/currentconfig"), """{"spec":{"config":{"storage":{"files":[{"path":"/etc/crio/crio.conf.d/60-handcarry-store"}]}}}}""");
        await using var arming = Arming(_services);
        Assert.Equal(ArmingReasons.OwnedByMachineConfig, (await arming.LookAsync(default))?.Reason);
        Assert.Empty(_services.Jobs);
    }

    [Fact]
    public async Task A_node_that_a_person_has_disarmed_stays_so_until_a_person_arms_it()
    {
        await using var arming = Arming(_services);
        Assert.Null(await arming.LookAsync(default));
        NodeArming(_services).StayDisarmed(true);
        await NodeArming(_services).DisarmAsync(Settings.Store, default);
        Assert.Contains("handcarry arm --restart", (await arming.LookAsync(default))?.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_host.At("etc/crio/crio.conf.d/60-handcarry-store")));

        var services = _services.Jobs.Count;
        await NodeArming(_services).ArmAsync(ArmingPlanner.Plan(new HostFactsReader(_host.Root).Read(), Settings), default);
        Assert.Equal(services + 1, _services.Jobs.Count);
        File.Delete(_host.At("etc/crio/crio.conf.d/60-handcarry-store"));
        Assert.Null(await arming.LookAsync(default));
    }

    [Fact]
    public async Task An_agent_that_ends_in_the_middle_leaves_what_the_next_one_goes_on_with()
    {
        _permission.Opens = new TaskCompletionSource();
        await using (var arming = Arming(_services))
        {
            _ = arming.LookAsync(default).AsTask();
            await Eventually.HoldsAsync(() => _permission.Asked == 1, "the attempt");
        }
        Assert.Empty(_services.Jobs);
        Assert.Contains("not been restarted", Check(_host.Root).Look()?.Message, StringComparison.Ordinal);
        _permission.Opens = null;
        await using var next = Arming(_services);
        Assert.Null(await next.LookAsync(default));
        Assert.Equal(["restart crio.service"], _services.Jobs);
    }

    /// <summary>A real systemd; crio.service starts only where the store that its configuration names is there.</summary>
    [SkippableFact]
    public async Task The_real_service_is_restarted_once_with_the_store_in_place()
    {
        _sandbox.Need();
        var root = _sandbox.BusSocket[..^"/run/dbus/system_bus_socket".Length];
        foreach (var folder in Folders)
            Directory.CreateDirectory(Path.Combine(root, folder));
        await File.WriteAllTextAsync(root + "/etc/systemd/system/crio.service", "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c 'test -e /var/lib/handcarry/store/overlay-layers/layers.lock || test ! -e /etc/crio/crio.conf.d/60-handcarry-store && echo started >> /run/crio-starts && systemd-notify --ready && exec sleep infinity'\n");
        var systemd = new SystemdServiceManager(_sandbox.BusSocket);
        await systemd.ReadUnitsAnewAsync(default);
        Assert.Equal(JobResult.Done, await systemd.StartAsync("crio.service", default));
        var before = HostSnapshot.Of(root + "/etc");
        NodeArming Node() => new(root, root + "/var/lib/handcarry/arming", systemd, systemd.ReadUnitsAnewAsync, _permission);
        await using var arming = new SelfArming(Check(root), Node(), TimeProvider.System);

        _permission.Refusal = "The cluster is being upgraded.";
        Assert.Equal(ArmingReasons.NotArmed, (await arming.LookAsync(default))?.Reason);
        _permission.Refusal = null;
        Remark? seen = null;
        await Eventually.HoldsAsync(async () => (seen = await arming.LookAsync(default)) is not { Reason: ArmingReasons.Arming }, "the restart");
        Assert.Null(seen);
        Assert.Equal(2, (await File.ReadAllLinesAsync(root + "/run/crio-starts")).Length);
        Assert.Equal(_permission.Asked, _permission.Returned + 1);

        Assert.Empty((await Node().DisarmAsync(Settings.Store, default)).Left);
        Assert.Equal(before, HostSnapshot.Of(root + "/etc"));
        await _sandbox.RunAsync("systemctl", "stop", "crio.service");
        File.Delete(root + "/etc/systemd/system/crio.service");
        File.Delete(root + "/run/crio-starts");
        await systemd.ReadUnitsAnewAsync(default);
    }

    private SelfArming Arming(IServiceManager services) => new(Check(_host.Root), NodeArming(services), _time);

    private NodeArming NodeArming(IServiceManager services) => new(_host.Root, _host.At("var/lib/handcarry/arming"), services, null, _permission);

    private static ArmingCheck Check(string root) => new(root, root + "/var/lib/handcarry/arming", Settings, NodeRuntime.Crio, needsStore: true);

    private sealed class Permission : IRestartPermission, IAsyncDisposable
    {
        private int _asked;

        public string? Refusal { get; set; }

        public TaskCompletionSource? Opens { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public int Returned { get; private set; }

        public async ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Opens is { } opens)
                await opens.Task.WaitAsync(cancellationToken);
            return new RestartPermit(Refusal, Refusal is null ? this : null);
        }

        public ValueTask DisposeAsync()
        {
            Returned++;
            return ValueTask.CompletedTask;
        }
    }
}
