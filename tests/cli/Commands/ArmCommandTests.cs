using System.Diagnostics;
using System.Text.Json;
using Handcarry.Cli.Commands;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Tests.Commands;

public sealed class ArmCommandTests : IDisposable
{
    private const string Journal = "/var/lib/handcarry/arming/journal.json";
    private readonly TempFolder _folder = new();
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

    [Theory]
    [InlineData("storage-conf", "additionalimagestores = [\"/s\"]")]
    [InlineData("container-runtime-config", "    - path: /s")]
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

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine(new Surroundings(_out, _error, false, new Dictionary<string, string>(), TimeProvider.System)).RunAsync(arguments, CancellationToken.None);

    private List<string> Snapshot() => [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Where(path => !path.StartsWith(_folder["var/lib/handcarry/arming"], StringComparison.Ordinal))
        .Select(path => $"{path} {File.GetUnixFileMode(path)} {(File.Exists(path) ? File.ReadAllText(path) : "")}").Order(StringComparer.Ordinal)];
}
