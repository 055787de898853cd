using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

public sealed class ArmingPlannerTests : IDisposable
{
    private static readonly ArmingSettings Settings = new();
    private readonly TestFolder _host = new();

    public ArmingPlannerTests()
    {
        _host.MakeFolder("etc", "crio", "crio.conf.d");
        _host.MakeFolder("etc", "containers", "registries.conf.d");
        _host.MakeFolder("var", "lib", "handcarry");
        Write("etc/crio/crio.conf.d/00-default", "[crio.runtime]\nselinux = true\n");
    }

    [Fact]
    public void CRI_O_would_start_after_every_step_of_arming_and_of_disarming()
    {
        Assert.Equal([], CrioStart.Of(_host.Root)!);
        var steps = 0;
        void Step(string what)
        {
            steps++;
            Assert.True(CrioStart.Of(_host.Root) is not null, what);
        }
        var plan = Plan();
        new HostChanges(_host.Root, _host.At("var/lib/handcarry/arming"), Step).Make(plan.Changes, plan.Services);
        Assert.Equal(Settings.Stores, CrioStart.Of(_host.Root)!);
        Assert.Empty(new HostChanges(_host.Root, _host.At("var/lib/handcarry/arming")).Missing(Plan().Changes));
        new HostChanges(_host.Root, _host.At("var/lib/handcarry/arming"), Step).Undo();
        Assert.Equal([], CrioStart.Of(_host.Root)!);
        Assert.True(steps > 40, $"{steps}");
    }

    [Fact]
    public void A_file_that_the_machine_config_operator_owns_is_not_edited()
    {
        MachineConfig("""{"spec":{"config":{"storage":{"files":[{"path":"/etc/containers/registries.d/handcarry.yaml"},{"path":"/etc/crio/crio.conf.d/00-default"}]},"systemd":{"units":[{"name":"crio.service"}]}}}}""");
        var plan = Plan();
        var refusal = Assert.Single(plan.Refusals);
        Assert.Equal(ArmingReasons.OwnedByMachineConfig, refusal.Reason);
        Assert.Contains("/etc/containers/registries.d/handcarry.yaml", refusal.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_config_that_owns_other_files_is_no_obstacle()
    {
        MachineConfig("""{"spec":{"config":{"storage":{"files":[{"path":"/etc/containers/storage.conf"}]}}}}""");
        Assert.Empty(Plan().Refusals);
        Assert.DoesNotContain(Plan().Changes, change => change.Path == "/etc/containers/storage.conf");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"spec":{}}""")]
    [InlineData("""{"spec":{"config":{"storage":{"files":[{}]}}}}""")]
    public void A_machine_config_that_cannot_be_read_stops_arming(string text)
    {
        MachineConfig(text);
        Assert.Equal(ArmingReasons.MachineConfigUnreadable, Assert.Throws<ArmingException>(() => Plan()).Reason);
    }

    [Theory]
    [InlineData("/var/lib/containers/storage/handcarry")]
    [InlineData("/var/lib/containers/storage")]
    [InlineData("/var/lib")]
    [InlineData("relative")]
    [InlineData("/var/../etc")]
    [InlineData("/with\"quote")]
    public void A_store_that_the_runtime_would_wipe_or_could_not_name_is_refused(string store) =>
        Assert.Contains(ArmingPlanner.Plan(Facts(), Settings with { Store = store }).Refusals, refusal => refusal.Reason == ArmingReasons.StoreMisplaced);

    [Fact]
    public void The_graph_root_is_the_one_that_CRI_O_is_told()
    {
        Write("etc/crio/crio.conf.d/20-root", "[crio]\nroot = \"/var/lib/handcarry\"\n");
        Assert.Equal(ArmingReasons.StoreMisplaced, Assert.Single(Plan().Refusals).Reason);
    }

    [Fact]
    public void A_graph_root_that_is_set_beats_what_the_files_say()
    {
        Write("etc/crio/crio.conf.d/20-root", "[crio]\nroot = \"/var/lib/handcarry\"\n");
        Assert.Empty(ArmingPlanner.Plan(Facts(), Settings with { RuntimeStorage = "/data/containers" }).Refusals);
        var refusal = Assert.Single(ArmingPlanner.Plan(Facts(), Settings with { RuntimeStorage = "/var/lib/handcarry/store-2" }).Refusals);
        Assert.Equal(ArmingReasons.StoreMisplaced, refusal.Reason);
        Assert.Contains("/var/lib/handcarry/store-2", refusal.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Podman_alone_is_told_both_paths_also_when_an_earlier_version_has_told_it_one()
    {
        Directory.Delete(_host.At("etc/crio"), recursive: true);
        Write("etc/containers/storage.conf", "[storage]\ndriver = \"overlay\"\n[storage.options]\nadditionalimagestores = [\"/var/lib/handcarry/store\"]\nignore_chown_errors = \"false\"\n");
        Assert.Empty(Plan().Refusals);
        var text = Assert.Single(Plan().Changes.OfType<HostChange.PutFile>(), static file => file.Path == "/etc/containers/storage.conf").Text;
        Assert.Equal("[storage]\ndriver = \"overlay\"\n[storage.options]\nadditionalimagestores = [\"/var/lib/handcarry/store\", \"/var/lib/handcarry/store-2\"]\nignore_chown_errors = \"false\"\n", text);

        Write("etc/containers/storage.conf", "[storage.options]\nadditionalimagestores = [\"/theirs\"]\n");
        Assert.Contains("store-2", Assert.Single(Plan().Refusals).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Mirrors_that_are_configured_already_stay_behind_ours()
    {
        Write("etc/containers/registries.conf", "[[registry]]\nlocation = \"quay.io/openshift-release-dev/ocp-release\"\nblocked = true\n[[registry.mirror]]\nlocation = \"mirror.site/ocp\"\n\n[[registry]]\nprefix = \"other\"\n");
        var text = Assert.Single(Plan().Changes.OfType<HostChange.PutFile>(), file => file.Path.EndsWith("99-handcarry.conf", StringComparison.Ordinal)).Text;
        var entries = RegistryEntry.Read("x", text).ToList();
        Assert.Equal(Settings.Sources, entries.Select(entry => entry.Prefix));
        Assert.Contains("blocked = true", entries[0].Text);
        Assert.Equal(["location = \"127.0.0.1:9242/openshift-release-dev/ocp-release\"", "location = \"mirror.site/ocp\""],
            entries[0].Text.SkipWhile(line => line[0] != '[').Where(line => line.StartsWith("location", StringComparison.Ordinal)));
        Assert.DoesNotContain("blocked = true", entries[1].Text);
    }

    [Fact]
    public void A_mirror_file_that_would_hide_ours_is_a_conflict_that_names_it()
    {
        Write("etc/containers/registries.conf.d/zz.conf", "[[registry]]\nprefix = \"quay.io/openshift-release-dev/ocp-release\"\n");
        var refusal = Assert.Single(Plan().Refusals);
        Assert.Equal(ArmingReasons.ConfigurationConflict, refusal.Reason);
        Assert.Contains("/etc/containers/registries.conf.d/zz.conf", refusal.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Containerd_gets_a_hosts_file_where_it_reads_them()
    {
        Directory.Delete(_host.At("etc/crio"), recursive: true);
        _host.MakeFolder("etc", "containerd");
        Assert.Equal(ArmingReasons.ConfigurationConflict, Assert.Single(Plan().Refusals).Reason);
        Write("etc/containerd/config.toml", "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\nconfig_path = \"/etc/containerd/certs.d\"\n");
        Assert.Empty(Plan().Refusals);
        Assert.Equal("/etc/containerd/certs.d/quay.io/hosts.toml", Assert.Single(Plan().Changes).Path);
        Assert.Empty(Plan().Services);
    }

    [Fact]
    public void A_host_without_a_runtime_is_refused()
    {
        Directory.Delete(_host.At("etc"), recursive: true);
        Assert.Contains(Plan().Refusals, refusal => refusal.Reason == ArmingReasons.NoRuntime);
    }

    [Theory]
    [InlineData("/var/lib/handcarry/store", "var-lib-handcarry-store.mount")]
    [InlineData("/data/my-store", "data-my\\x2dstore.mount")]
    [InlineData("/.hidden/a.b", "\\x2ehidden-a.b.mount")]
    public void A_mount_unit_has_the_name_that_systemd_wants(string path, string name) => Assert.Equal(name, ArmingFiles.MountUnitName(path));

    public void Dispose() => _host.Dispose();

    private HostFacts Facts() => new HostFactsReader(_host.Root).Read();

    private ArmingPlan Plan() => ArmingPlanner.Plan(Facts(), Settings);

    private void MachineConfig(string text) => Write(HostFactsReader.CurrentConfig[1..], text);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_host.At(path))!);
        File.WriteAllText(_host.At(path), text);
    }
}
