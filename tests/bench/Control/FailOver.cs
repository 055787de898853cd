using System.Diagnostics;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Control;

/// <summary>
/// Real agents, each a process: the one with the supervisor is killed, or told to end, and the time is taken until another agent holds the supervisor's lease,
/// which it takes before it decides anything.
/// </summary>
internal static class FailOver
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <returns>For each round, seconds after kill -9 and after SIGTERM.</returns>
    public static async Task<IReadOnlyList<(double Killed, double Ended)>> RunAsync(int nodes, int rounds, Action<string> tell)
    {
        using var patience = new CancellationTokenSource(Patience * rounds);
        var folder = await SiteFolder.CreateAsync(patience.Token);
        try
        {
            var release = ReleaseMaker.Make(new ReleaseOptions { Images = 6, Size = 5_000_000 }, folder.Release, Busybox.Read(), patience.Token);
            var signer = await ReleaseSigner.SignAsync(release, TimeProvider.System, patience.Token);
            await using var site = await LabSite.StartAsync(folder, new SiteOptions { Nodes = nodes }, release, signer.PublicKey, patience.Token);
            var found = new List<(double, double)>();
            for (var round = 0; round < rounds; round++)
            {
                var killed = await MoveAsync(site, static agent => agent.KillAsync(), patience.Token);
                var ended = await MoveAsync(site, static agent => agent.StopAsync(), patience.Token);
                tell($"{round + 1,5} {killed,10:0.0} {ended,10:0.0}");
                found.Add((killed, ended));
            }

            return found;
        }
        finally
        {
            await SiteSweep.RunAsync(folder, delete: true);
        }
    }

    private static async Task<double> MoveAsync(LabSite site, Func<AgentProcess, Task> end, CancellationToken cancellationToken)
    {
        await AllReportAsync(site, cancellationToken);
        var before = site.Node(await site.SupervisorAsync(cancellationToken));
        var time = Stopwatch.StartNew();
        var ending = end(before.Agent);
        while (await site.SupervisorAsync(cancellationToken) == before.Name)
            await Task.Delay(Look, cancellationToken);
        time.Stop();
        await ending;
        before.Agent.Start();
        return time.Elapsed.TotalSeconds;
    }

    // A node that has just come back must be a member again, else there is no majority to go on.
    private static async Task AllReportAsync(LabSite site, CancellationToken cancellationToken)
    {
        while (true)
        {
            site.ThrowIfAgentDied();
            var nodes = (await site.Api.GetAsync($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}", cancellationToken))?["status"]?["nodes"]?.AsArray();
            if (nodes?.Count == site.Nodes.Count && nodes.All(static node => (string?)node!["reason"] != "AgentSilent"))
                return;
            await Task.Delay(Look, cancellationToken);
        }
    }
}
