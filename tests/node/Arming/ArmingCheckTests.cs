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
    [InlineData("etc/crio/crio.conf.d/60-handcarry-store", "does not name the stores")]
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
        Write("etc/containers/storage.conf", $"[storage.options]\nadditionalimagestores = [\"{Settings.Stores[0]}\", \"{Settings.Stores[1]}\"]\n");
        Write("etc/containers/registries.conf", string.Concat(Settings.Sources.Select(source => $"[[registry]]\nlocation = \"{source}\"\n[[registry.mirror]]\nlocation = \"{Settings.Mirror}/x\"\n")));
        Assert.Null(Look());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_that_was_armed_with_one_path_is_not_armed_and_arming_it_again_leaves_what_is_published(bool published)
    {
        await ArmOldAsync();
        Assert.Contains($"does not name the stores {Settings.Stores[0]} and {Settings.Stores[1]}", Look()!.Message, StringComparison.Ordinal);
        if (published)
        {
            Write($"{Settings.Store[1..]}/overlay-images/images.json", """[{"id":"0123"}]""");
            Write($"{Settings.Store[1..]}/overlay-images/images.lock", "written by the library");
        }

        Assert.Empty((await ArmAsync(null)).Left);
        Assert.Null(Look());
        Assert.Equal(Settings.Stores, CrioStart.Of(_host.Root)!);
        Assert.Equal(published, File.Exists(_host.At($"{Settings.Store[1..]}/overlay-images/images.json")));
    }

    [Fact]
    public void A_machine_config_that_cannot_be_understood_is_named()
    {
        Write(HostFactsReader.CurrentConfig[1..], "{");
        Assert.Equal(ArmingReasons.MachineConfigUnreadable, Look()?.Reason);
    }

    private Remark? Look() => new ArmingCheck(_host.Root, State, Settings, NodeRuntime.Crio, needsStore: true).Look();

    private string State => _host.At("var/lib/handcarry/arming");

    private async Task<ArmingOutcome> ArmAsync(string? refusal)
    {
        var services = new Twins.Node.InMemoryServiceManager();
        services.Add("crio.service", running: true);
        return await new NodeArming(_host.Root, State, services, null, new Gate(refusal)).ArmAsync(ArmingPlanner.Plan(new HostFactsReader(_host.Root).Read(), Settings), default);
    }

    /// <summary>As before there were two paths.</summary>
    private async Task ArmOldAsync()
    {
        var plan = ArmingPlanner.Plan(new HostFactsReader(_host.Root).Read(), Settings);
        var changes = plan.Changes
            .Where(static change => !change.Path.StartsWith(Settings.Stores[1] + "/", StringComparison.Ordinal))
            .Select(static change => change is HostChange.PutFile { Path: ArmingPlanner.StoreDropIn } file ? file with { Text = ArmingFiles.CrioStores([Settings.Store]) } : change);
        var services = new Twins.Node.InMemoryServiceManager();
        services.Add("crio.service", running: true);
        await new NodeArming(_host.Root, State, services, null, new Gate(null)).ArmAsync(plan with { Changes = [.. changes] }, default);
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
