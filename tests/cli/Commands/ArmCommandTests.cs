using System.Diagnostics;
using System.Text.Json;
using Handcarry.Cli.Commands;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Tests.Commands;

public sealed class ArmCommandTests : IDisposable
{
    private const string Journal = "/var/lib/handcarry/arming/journal.json";
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _environment = [];
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public ArmCommandTests()
    {
        foreach (var path in new[] { "etc/crio/crio.conf.d", "etc/containers/registries.d", "var/lib/handcarry" })
            Directory.CreateDirectory(_folder[path]);
        File.WriteAllText(_folder["etc/containers/registries.d/handcarry.yaml"], "was here before\n");
    }

    [Fact]
    public async Task A_dry_run_names_what_would_be_changed_and_changes_nothing()
    {
        var before = Snapshot();
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path, "--dry-run", "-o", "json"));
        using var json = JsonDocument.Parse(_out.ToString());
        Assert.Contains("/etc/crio/crio.conf.d/60-handcarry-store", json.RootElement.GetProperty("changes").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal("crio.service", json.RootElement.GetProperty("services")[1].GetProperty("unit").GetString());
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task Arm_and_disarm_leave_no_trace_and_say_which_services_must_be_told()
    {
        var before = Snapshot();
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path));
        Assert.Contains("systemctl daemon-reload, then systemctl restart crio.service", _out.ToString(), StringComparison.Ordinal);
        Assert.Contains("/var/lib/handcarry/store", File.ReadAllText(_folder["etc/crio/crio.conf.d/60-handcarry-store"]), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await RunAsync("disarm", "--root", _folder.Path));
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public async Task A_host_that_cannot_be_armed_says_why_with_a_status_of_its_own()
    {
        Directory.CreateDirectory(_folder["etc/machine-config-daemon"]);
        File.WriteAllText(_folder["etc/machine-config-daemon/currentconfig"], """{"spec":{"config":{"storage":{"files":[{"path":"/etc/containers/registries.d/handcarry.yaml"}]}}}}""");
        Assert.Equal(ExitCode.Arming, await RunAsync("arm", "--root", _folder.Path));
        Assert.StartsWith("OwnedByMachineConfig: /etc/containers/registries.d/handcarry.yaml", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_given_is_what_the_agent_of_this_host_is_configured_for()
    {
        Configure("load: { store: /srv/images, runtime: containerd }", "data: { loopbackPort: 9300 }", "node: { state: /srv/state }", "arming: { sources: [registry.site/a] }");
        Directory.CreateDirectory(_folder["srv/state"]);
        Directory.CreateDirectory(_folder["etc/containerd"]);
        File.WriteAllText(_folder["etc/containerd/config.toml"], "config_path = \"/etc/containerd/certs.d\"\n");
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path));
        Assert.Contains("127.0.0.1:9300", File.ReadAllText(_folder["etc/containerd/certs.d/registry.site/hosts.toml"]), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["srv/state/arming/journal.json"]));
        Assert.Equal(ExitCode.Ok, await RunAsync("disarm", "--root", _folder.Path));
        Assert.False(Directory.Exists(_folder["etc/containerd/certs.d"]));
    }

    [Fact]
    public async Task Options_win_over_the_agent_s_configuration_and_the_environment_counts_as_for_the_agent()
    {
        Configure("load: { store: /srv/images }", "data: { loopbackPort: 9300 }");
        _environment["HANDCARRY__DATA__LOOPBACKPORT"] = "9301";
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path, "--store", "/srv/other"));
        Assert.Contains("/srv/other", File.ReadAllText(_folder["etc/crio/crio.conf.d/60-handcarry-store"]), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9301", File.ReadAllText(_folder["etc/containers/registries.conf.d/99-handcarry.conf"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("load: { stroe: /srv/images }", "the nearest is load.store")]
    [InlineData("data: { loopbackPort: 0 }", "--mirror-port")]
    public async Task A_configuration_that_cannot_be_used_is_an_error_and_not_passed_over(string wrong, string said)
    {
        Configure(wrong);
        Assert.Equal(ExitCode.Usage, await RunAsync("arm", "--root", _folder.Path, "--dry-run"));
        Assert.Contains(said, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_arms_its_node_by_itself_is_told_that_this_one_stays_disarmed()
    {
        Configure("arming: { arm: byAgent }");
        var mark = _folder["var/lib/handcarry/disarmed"];
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path));
        Assert.False(File.Exists(mark));
        Assert.Equal(ExitCode.Ok, await RunAsync("disarm", "--root", _folder.Path));
        Assert.True(File.Exists(mark));
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path));
        Assert.False(File.Exists(mark));
    }

    [SkippableTheory]
    [InlineData("var/lib/containers/storage", "store")]
    [InlineData("data/crio", "store-2")]
    public async Task Disarming_withdraws_sealed_stores_when_asked_to_and_says_what_stands_on_one(string main, string path)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "mounting needs root");
        Skip.IfNot(File.Exists("/usr/bin/mksquashfs"), "mksquashfs is not installed");
        var (name, content) = (new string('a', 64), _folder["content"]);
        foreach (var made in new[] { "var/lib/handcarry/blobs/sha256", $"{main}/overlay-containers", "content/overlay-layers", "etc/crio/crio.conf.d" })
            Directory.CreateDirectory(_folder[made]);
        File.WriteAllText(_folder["etc/crio/crio.conf.d/10-root"], $"[crio]\nroot = \"/{main}\"\n");
        File.WriteAllText(_folder["content/overlay-layers/layers.json"], """[{"id":"sealed-layer"}]""");
        await ToolAsync("mksquashfs", content, _folder[$"var/lib/handcarry/blobs/sha256/{name}"], "-quiet", "-no-progress");
        var containers = _folder[$"{main}/overlay-containers/containers.json"];
        var before = Snapshot();
        Assert.Equal(ExitCode.Ok, await RunAsync("arm", "--root", _folder.Path));
        var mount = Directory.CreateDirectory(_folder[$"var/lib/handcarry/sealed/{name}"]).FullName;
        await ToolAsync("mount", "-o", "ro,loop", _folder[$"var/lib/handcarry/blobs/sha256/{name}"], mount);
        try
        {
            Directory.Move(_folder[$"var/lib/handcarry/{path}"], $"{mount}.before");
            File.CreateSymbolicLink(_folder[$"var/lib/handcarry/{path}"], $"sealed/{name}");
            Assert.Equal(ExitCode.Arming, await RunAsync("disarm", "--root", _folder.Path));
            Assert.Contains("--withdraw-stores", _error.ToString(), StringComparison.Ordinal);

            File.WriteAllText(containers, """[{"id":"0123456789abcdef","image":"old","layer":"top"},{"id":"other","layer":"sealed-layer"}]""");
            File.WriteAllText(_folder[$"{main}/overlay-containers/volatile-containers.json"], "[]");
            Assert.Equal(ExitCode.Arming, await RunAsync("disarm", "--root", _folder.Path, "--withdraw-stores"));
            Assert.Contains("1 containers (other)", _error.ToString(), StringComparison.Ordinal);
            Assert.Equal($"sealed/{name}", new FileInfo(_folder[$"var/lib/handcarry/{path}"]).LinkTarget);

            File.Delete(containers);
            File.Delete(_folder[$"{main}/overlay-containers/volatile-containers.json"]);
            Assert.Equal(ExitCode.Ok, await RunAsync("disarm", "--root", _folder.Path, "--withdraw-stores"));
            Assert.Contains($"withdrew sha256:{name}", _out.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            if (File.Exists(Path.Combine(mount, "overlay-layers/layers.json")))
                await ToolAsync("umount", mount);
        }
        Directory.Delete(_folder["var/lib/handcarry/sealed"]);
        Assert.Equal(before, Snapshot());
    }

    [Theory]
    [InlineData("storage-conf", "additionalimagestores = [\"/s\", \"/s-2\"]")]
    [InlineData("container-runtime-config", "    - path: /s")]
    [InlineData("container-runtime-config", "    - path: /s-2")]
    [InlineData("machine-config", "  nodeDisruptionPolicy:")]
    public async Task Render_prints_what_an_administrator_can_apply(string form, string line)
    {
        Assert.Equal(ExitCode.Ok, await RunAsync("render", form, "--store", "/s"));
        Assert.Contains(line, _out.ToString().Split('\n'));
    }

    [Theory]
    [InlineData("--mirror-port", "0")]
    [InlineData("--source", "quay.io")]
    [InlineData("--source", "quay.io/a\"b")]
    public async Task Settings_that_would_spoil_a_file_are_refused(string option, string value) =>
        Assert.Equal(ExitCode.Usage, await RunAsync("arm", "--root", _folder.Path, option, value));

    [Theory]
    [InlineData("/var/lib/handcarry/arming")]
    [InlineData(Journal)]
    [InlineData("/var/lib/handcarry/store/overlay/l")]
    [InlineData("/etc/crio/crio.conf.d/60-handcarry-store")]
    public async Task A_process_that_is_killed_while_it_arms_leaves_nothing_that_disarm_does_not_put_back(string killedAt)
    {
        var before = Snapshot();
        using (var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "handcarry"), ["arm", "--root", _folder.Path]) { RedirectStandardOutput = true })!)
        {
            while (!process.HasExited && !Path.Exists(_folder.Path + killedAt))
                Thread.Yield();
            process.Kill();
            await process.WaitForExitAsync();
        }
        Assert.True(Path.Exists(_folder.Path + killedAt));
        Assert.Equal(ExitCode.Ok, await RunAsync("disarm", "--root", _folder.Path));
        // What is owed stays noted, as the services of this folder cannot be told.
        Assert.Equal(before, Snapshot());
    }

    [Fact]
    public void Every_reason_of_arming_has_the_status_of_arming() =>
        Assert.All(typeof(ArmingReasons).GetFields(), reason => Assert.Equal(ExitCode.Arming, ExitCode.Of((string)reason.GetRawConstantValue()!)));

    public void Dispose() => _folder.Dispose();

    private static async Task ToolAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private void Configure(params string[] lines)
    {
        Directory.CreateDirectory(_folder["etc/handcarry"]);
        File.WriteAllLines(_folder["etc/handcarry/handcarry.yaml"], lines);
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine(new Surroundings(_out, _error, false, _environment, TimeProvider.System)).RunAsync(arguments, CancellationToken.None);

    private List<string> Snapshot() => [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Where(path => !path.StartsWith(_folder["var/lib/handcarry/arming"], StringComparison.Ordinal))
        .Select(path => $"{path} {File.GetUnixFileMode(path)} {(File.Exists(path) ? File.ReadAllText(path) : "")}").Order(StringComparer.Ordinal)];
}
