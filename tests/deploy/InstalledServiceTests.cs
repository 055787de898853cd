using Handcarry.Hosts.Node.Tests.Sandbox;

namespace Handcarry.Deploy.Tests;

/// <summary>The archive, installed on a machine with a systemd that runs.</summary>
public sealed class InstalledServiceTests(BuiltArchive archive) : IClassFixture<BuiltArchive>, IDisposable
{
    private const string Service = "handcarry-agent.service";

    private readonly string _kubeconfig = Path.Combine("/var/tmp", $"handcarry-{Guid.NewGuid():n}.kubeconfig");

    public void Dispose() => File.Delete(_kubeconfig);

    [SkippableFact]
    public async Task The_agent_is_started_left_alone_and_taken_away_again()
    {
        Skip.If(archive.Lacking is not null, archive.Lacking);
        await File.WriteAllTextAsync(
            _kubeconfig,
            """
            apiVersion: v1
            kind: Config
            clusters: [{ name: site, cluster: { server: "https://127.0.0.1:1" } }]
            users: [{ name: agent, user: { token: none } }]
            contexts: [{ name: site, context: { cluster: site, user: agent } }]
            current-context: site
            """);
        var unpacked = archive.Unpacked("1.0.0");
        var machine = new SandboxSystemd();
        await machine.InitializeAsync();
        try
        {
            machine.Need();
            string[] install = [Path.Combine(unpacked, "install.sh"), "--node", "node-1", "--address", "127.0.0.1", "--kubeconfig", _kubeconfig];
            Assert.Contains("handcarry-agent is active", await machine.RunAsync(install), StringComparison.Ordinal);

            // It runs, with what was installed, as far as an agent gets without an API.
            await Until.TrueAsync(
                async () => (await machine.RunAsync("journalctl", "--unit", Service, "--output=cat", "--no-pager")).Contains("This node has no certificate yet", StringComparison.Ordinal));
            var running = await machine.RunAsync("systemctl", "show", "--property=MainPID,NRestarts", Service);
            Assert.Contains("NRestarts=0", running, StringComparison.Ordinal);

            await machine.RunAsync(install);
            Assert.Equal(running, await machine.RunAsync("systemctl", "show", "--property=MainPID,NRestarts", Service));

            Assert.Contains("gone from this node.", await machine.RunAsync(Path.Combine(unpacked, "uninstall.sh"), "--purge"), StringComparison.Ordinal);
            Assert.Equal("LoadState=not-found", (await machine.RunAsync("systemctl", "show", "--property=LoadState", Service)).Trim());
        }
        finally
        {
            await machine.DisposeAsync();
        }
    }
}
