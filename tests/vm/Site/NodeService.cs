using System.Globalization;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Vm.Machine;

namespace Handcarry.Vm.Site;

/// <summary>The agent's service in the machine, with a state and a site of its own that nobody used before.</summary>
internal sealed class NodeService : IAsyncDisposable
{
    private const string Unit = "handcarry-agent.service";

    private const string Forget = $"systemctl stop {Unit} 2>/dev/null || true; systemctl reset-failed {Unit} 2>/dev/null || true; rm -rf /var/lib/handcarry /run/handcarry";

    private static readonly string Configuration =
        $"""
        node:
          name: {MachineSite.Node}
        remoting:
          host: {SiteCertificates.Host}
        tls:
          ca: /etc/handcarry/ca.crt
          certificate: /etc/handcarry/tls.crt
          key: /etc/handcarry/tls.key
        cluster:
          contacts: ["{SiteCertificates.Host}"]
        kubernetes:
          kubeconfig: /etc/handcarry/kubeconfig

        """;

    private readonly VirtualMachine _machine;
    private readonly MachineSite _site;

    private NodeService(VirtualMachine machine, MachineSite site, GuestJournal journal) => (_machine, _site, Journal) = (machine, site, journal);

    public GuestJournal Journal { get; }

    public Happenings<UpgradeProgress> Upgrade => _site.Upgrade;

    /// <summary>Starts it and waits until its agent has formed a cluster whose supervisor tells where the upgrade stands.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="release">What the bundles hold.</param>
    /// <param name="publicKey">Of whom the cluster takes releases.</param>
    /// <param name="folder">Private folder.</param>
    /// <param name="log">File that gets a copy of the journal.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<NodeService> StartAsync(VirtualMachine machine, MadeRelease release, string publicKey, string folder, string log, CancellationToken cancellationToken)
    {
        await machine.Shell.RunAsync(Forget, cancellationToken);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        var site = await MachineSite.StartAsync(release, publicKey, kubeconfig, cancellationToken);
        var service = new NodeService(machine, site, GuestJournal.Begin(machine.Shell, log));
        try
        {
            await machine.Shell.OpenPortAsync(site.Port, cancellationToken);
            await machine.Shell.WriteAsync("/etc/handcarry/kubeconfig", await File.ReadAllTextAsync(kubeconfig, cancellationToken), cancellationToken);
            await machine.Shell.WriteAsync("/etc/handcarry/handcarry.yaml", Configuration, cancellationToken);
            await machine.Shell.RunAsync($"systemctl start {Unit}", cancellationToken);
            await site.Upgrade.FirstAsync(0, static upgrade => upgrade.Nodes.Count == 1, cancellationToken);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>How often the service manager had to start the agent again.</summary>
    public async Task<int> RestartsAsync(CancellationToken cancellationToken) =>
        int.Parse(await _machine.Shell.RunAsync($"systemctl show --property=NRestarts --value {Unit}", cancellationToken), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _machine.Shell.RunAsync(Forget, CancellationToken.None);
        await Journal.DisposeAsync();
        await _machine.Shell.ClosePortAsync(_site.Port, CancellationToken.None);
        await _site.DisposeAsync();
    }
}
