using Handcarry.ClusterConfig.Options;

namespace Handcarry.Deploy.Tests;

/// <summary>The archive that ./run package makes, of this build's programs, installed into a tree of its own.</summary>
public sealed class PackageTests : IClassFixture<BuiltArchive>, IDisposable
{
    private const string Program = "usr/local/lib/handcarry/current/bin/handcarry-agent", Unit = "etc/systemd/system/handcarry-agent.service";

    private readonly BuiltArchive _archive;
    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-package-").FullName;

    private string Root => Path.Combine(_folder, "root");

    public PackageTests(BuiltArchive archive)
    {
        _archive = archive;
        Directory.CreateDirectory(Path.Combine(Root, "usr/bin"));
        foreach (var tool in (string[])["skopeo", "podman", "mount"])
            File.CreateSymbolicLink(Path.Combine(Root, "usr/bin", tool), $"/usr/bin/{tool}");
        File.WriteAllText(Path.Combine(_folder, "kubeconfig"), "apiVersion: v1\nkind: Config\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task A_node_gets_program_configuration_and_an_enabled_service()
    {
        Need();
        Assert.Contains("Handcarry 1.0.0 is installed", await InstallAsync("1.0.0", Fresh), StringComparison.Ordinal);
        Assert.Contains("Usage: handcarry-agent", await ShellTool.RunAsync(In(Program), "--help"), StringComparison.Ordinal);
        Assert.Contains($"ExecStart=/{Program} --config /etc/handcarry/handcarry.yaml", await File.ReadAllTextAsync(In(Unit)), StringComparison.Ordinal);
        Assert.EndsWith("/handcarry-agent.service", new FileInfo(In("etc/systemd/system/multi-user.target.wants/handcarry-agent.service")).LinkTarget, StringComparison.Ordinal);

        var options = HandcarryConfiguration.Load(In("etc/handcarry/handcarry.yaml"), new Dictionary<string, string?>(), []);
        Assert.Equal(("node-7", "10.0.0.7", "nodes", "handcarry-authority"), (options.Node.Name, options.Remoting.Host, options.Cluster.Discover, options.Tls.Authority));
        Assert.True(File.Exists(Root + options.Kubernetes.Kubeconfig));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In("etc/handcarry/kubeconfig")));
    }

    [SkippableFact]
    public async Task The_service_is_one_that_systemd_takes()
    {
        Need();
        Skip.IfNot(ShellTool.Has("systemd-analyze"), "there is no systemd-analyze");
        await InstallAsync("1.0.0", Fresh);
        // It looks for the program in the tree of the unit; units that ours names are this machine's.
        await ShellTool.RunAsync("cp", "-a", "/lib/systemd", Path.Combine(In("usr"), "lib-systemd"));
        Directory.CreateDirectory(In("usr/lib"));
        Directory.Move(Path.Combine(In("usr"), "lib-systemd"), In("usr/lib/systemd"));
        var (exit, said) = await ShellTool.TryAsync("systemd-analyze", "verify", $"--root={Root}", "--man=no", "--recursive-errors=no", "handcarry-agent.service");
        Assert.True(exit == 0 && !said.Contains("handcarry-agent.service:", StringComparison.Ordinal), said);
    }

    [SkippableTheory]
    [InlineData("kubectl")]
    [InlineData("oc")]
    public async Task The_command_line_is_a_plugin(string tool)
    {
        Need();
        Skip.IfNot(ShellTool.Has(tool), $"there is no {tool}");
        var path = $"PATH={Path.Combine(_archive.Unpacked("1.0.0"), "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        Assert.Contains($"/{tool}-handcarry\n", await ShellTool.RunAsync("env", path, tool, "plugin", "list"), StringComparison.Ordinal);
        Assert.Contains("A disk has too little room", await ShellTool.RunAsync("env", path, tool, "handcarry", "explain", "NoSpace"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Installing_again_changes_nothing()
    {
        Need();
        await InstallAsync("1.0.0", Fresh);
        var before = await TreeAsync();
        Assert.Equal("Handcarry 1.0.0 is installed.", (await InstallAsync("1.0.0", Fresh)).Trim());
        Assert.Equal(before, await TreeAsync());
        await InstallAsync("1.0.0");
        Assert.Equal(before, await TreeAsync());
    }

    [SkippableFact]
    public async Task A_new_version_takes_the_place_of_the_old_one_and_keeps_the_configuration()
    {
        Need();
        await InstallAsync("1.0.0", Fresh);
        var configuration = await File.ReadAllTextAsync(In("etc/handcarry/handcarry.yaml"));
        foreach (var version in (string[])["1.1.0", "1.2.0"])
        {
            await InstallAsync(version);
            Assert.Equal(version, new FileInfo(In("usr/local/lib/handcarry/current")).LinkTarget);
            Assert.Contains("Usage: handcarry-agent", await ShellTool.RunAsync(In(Program), "--help"), StringComparison.Ordinal);
        }

        // The one before stays: it may still run.
        Assert.Equal(["1.1.0", "1.2.0", "current"], Directory.EnumerateFileSystemEntries(In("usr/local/lib/handcarry")).Select(Path.GetFileName).Order());
        Assert.Equal(configuration, await File.ReadAllTextAsync(In("etc/handcarry/handcarry.yaml")));
    }

    [SkippableFact]
    public async Task An_installation_that_was_broken_off_is_finished_by_the_next()
    {
        Need();
        await InstallAsync("1.0.0", Fresh);
        var whole = await TreeAsync();
        Directory.Delete(In("usr/local/lib/handcarry/1.0.0"), recursive: true);
        Directory.CreateDirectory(In("usr/local/lib/handcarry/1.0.0.new/bin"));
        await File.WriteAllTextAsync(In("usr/local/lib/handcarry/1.0.0.new/bin/half"), "");
        File.Delete(In(Unit));
        await InstallAsync("1.0.0");
        Assert.Equal(Names(whole), Names(await TreeAsync()));
    }

    [SkippableFact]
    public async Task What_does_not_fit_is_told_at_once_and_changes_nothing()
    {
        Need();
        File.Delete(In("usr/bin/skopeo"));
        var before = await TreeAsync();
        var (exit, said) = await TryInstallAsync("1.0.0", "--address", "10.0.0.7");
        Assert.Equal(2, exit);
        Assert.All(["there is no skopeo", "--address needs --kubeconfig"], problem => Assert.Contains(problem, said, StringComparison.Ordinal));
        Assert.Equal(before, await TreeAsync());
        Assert.Contains("no configuration yet", (await TryInstallAsync("1.0.0")).Said, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Uninstalling_leaves_the_tree_as_it_was()
    {
        Need();
        var before = await TreeAsync();
        await InstallAsync("1.0.0", Fresh);
        Directory.CreateDirectory(In("var/lib/handcarry/blobs"));
        await UninstallAsync();
        Assert.True(Directory.Exists(In("var/lib/handcarry/blobs")) && File.Exists(In("etc/handcarry/handcarry.yaml")) && !Directory.Exists(In("usr/local/lib/handcarry")));
        await UninstallAsync("--purge");
        await UninstallAsync("--purge");
        Assert.Equal(before, (await TreeAsync()).Where(line => !line.StartsWith("d ", StringComparison.Ordinal)).Concat(before.Where(line => line.StartsWith("d ", StringComparison.Ordinal))).Order());
    }

    [SkippableFact]
    public async Task What_an_armed_node_reads_is_not_removed()
    {
        Need();
        await InstallAsync("1.0.0", Fresh);
        Directory.CreateDirectory(In("var/lib/handcarry/arming"));
        await File.WriteAllTextAsync(In("var/lib/handcarry/arming/journal.json"), "{}");
        var before = await TreeAsync();
        var (exit, said) = await ShellTool.TryAsync(Script("1.0.0", "uninstall.sh"), "--purge", "--root", Root);
        Assert.Equal((2, true), (exit, said.Contains("handcarry disarm", StringComparison.Ordinal)));
        Assert.Equal(before, await TreeAsync());
    }

    [SkippableFact]
    public async Task The_same_programs_make_the_same_archive()
    {
        Need();
        Assert.Equal(await File.ReadAllBytesAsync(_archive.File), await File.ReadAllBytesAsync(await _archive.MakeAsync(_folder)));
    }

    private string[] Fresh => ["--node", "node-7", "--address", "10.0.0.7", "--kubeconfig", Path.Combine(_folder, "kubeconfig")];

    private void Need() => Skip.If(_archive.Lacking is not null, _archive.Lacking);

    private static IEnumerable<string> Names(IEnumerable<string> tree) => tree.Select(line => string.Join(' ', line.Split(' ')[..2]));

    private string In(string path) => Path.Combine(Root, path);

    private string Script(string version, string name) => Path.Combine(_archive.Unpacked(version), name);

    private Task<(int Exit, string Said)> TryInstallAsync(string version, params string[] arguments) =>
        ShellTool.TryAsync(Script(version, "install.sh"), ["--root", Root, .. arguments]);

    private async Task<string> InstallAsync(string version, params string[] arguments)
    {
        var (exit, said) = await TryInstallAsync(version, arguments);
        Assert.True(exit == 0, said);
        return said;
    }

    private Task<string> UninstallAsync(params string[] arguments) => ShellTool.RunAsync(Script("1.0.0", "uninstall.sh"), ["--root", Root, .. arguments]);

    /// <summary>Every entry: kind, name, when it was changed, size or target.</summary>
    private async Task<IReadOnlyList<string>> TreeAsync() =>
        [.. (await ShellTool.RunAsync("find", Root, "-mindepth", "1", "-type", "d", "-printf", "d %P\n", "-o", "-printf", "%y %P %T@ %s %l\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()];
}
