using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

public sealed class ArmingCheckTests : IDisposable
{
    private static readonly ArmingSettings Settings = new();
    private readonly TestFolder _host = new();

    public ArmingCheckTests()
    {
        _host.MakeFolder("etc", "crio", "crio.conf.d");
        _host.MakeFolder("var", "lib", "handcarry");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_node_counts_as_armed_when_its_runtime_was_restarted_after_it()
    {
        var bare = Look();
        Assert.Equal(ArmingReasons.NotArmed, bare?.Reason);
        Assert.Contains(Settings.Store, bare!.Message, StringComparison.Ordinal);
        Assert.Contains("handcarry arm", bare.Message, StringComparison.Ordinal);

        await ArmAsync("Not now.");
        Assert.Contains("not been restarted", Look()!.Message, StringComparison.Ordinal);

        await ArmAsync(null);
        Assert.Null(Look());
    }

    [Theory]
    [InlineData("etc/crio/crio.conf.d/60-handcarry-store", "does not name the store")]
    [InlineData("etc/containers/registries.conf.d/99-handcarry.conf", "does not ask 127.0.0.1:9242 for quay.io/openshift-release-dev/ocp-release")]
    public async Task A_file_that_somebody_removed_is_missed(string file, string what)
    {
        await ArmAsync(null);
        File.Delete(_host.At(file));
        Assert.Contains(what, Look()!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_administrator_may_have_named_store_and_mirror_in_files_of_his_own()
    {
        Write("etc/containers/storage.conf", $"[storage.options]\nadditionalimagestores = [\"{Settings.Store}\"]\n");
        Write("etc/containers/registries.conf", string.Concat(Settings.Sources.Select(source => $"[[registry]]\nlocation = \"{source}\"\n[[registry.mirror]]\nlocation = \"{Settings.Mirror}/x\"\n")));
        Assert.Null(Look());
    }

    [Fact]
    public void A_machine_config_that_cannot_be_understood_is_named()
    {
        Write(HostFactsReader.CurrentConfig[1..], "{");
        Assert.Equal(ArmingReasons.MachineConfigUnreadable, Look()?.Reason);
    }

    private Remark? Look() => new ArmingCheck(_host.Root, State, Settings, NodeRuntime.Crio, needsStore: true).Look();

    private string State => _host.At("var/lib/handcarry/arming");

    private async Task ArmAsync(string? refusal)
    {
        var services = new Twins.Node.InMemoryServiceManager();
        services.Add("crio.service", running: true);
        await new NodeArming(_host.Root, State, services, null, new Gate(refusal)).ArmAsync(ArmingPlanner.Plan(new HostFactsReader(_host.Root).Read(), Settings), default);
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_host.At(file))!);
        File.WriteAllText(_host.At(file), text);
    }

    private sealed class Gate(string? refusal) : IRestartPermission
    {
        public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult(new RestartPermit(refusal));
    }
}
