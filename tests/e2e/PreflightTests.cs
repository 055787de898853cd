using System.Text.Json;
using Handcarry.Cli;
using Handcarry.Cli.Commands;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary><c>handcarry preflight</c> against real agents: a file, then a medium, then the file again while the upgrade runs.</summary>
[Collection(nameof(RealSites))]
public sealed class PreflightTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task A_bundle_is_judged_on_the_engineers_machine_and_in_a_node_and_while_it_is_used()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var carrying = await CarryingSite.StartAsync(5_000_000, patience.Token, new SiteOptions { Nodes = 2 });

        // The agents of all nodes have been heard of, and the release's signature holds with the cluster's keys.
        var (status, judged) = await UntilAsync(carrying, found => found.Status == ExitCode.Ok, patience.Token, carrying.Bundle);
        Assert.Equal(ExitCode.Ok, status);
        Assert.Equal("Idle", judged.GetProperty("phase").GetString());
        var bundle = judged.GetProperty("bundles")[0];
        Assert.Equal(0, bundle.GetProperty("refusals").GetInt32());
        Assert.DoesNotContain(bundle.GetProperty("findings").EnumerateArray(), f => f.GetProperty("reason").GetString()!.StartsWith("Signature", StringComparison.Ordinal));

        Assert.Equal(ExitCode.NotJudged, (await PreflightAsync(carrying, patience.Token, "--medium")).Status);
        await carrying.InsertAsync(patience.Token);
        var (_, media) = await UntilAsync(carrying, found => found.Status != ExitCode.NotJudged, patience.Token, "--medium");
        Assert.Equal(carrying.Source.Name, media.GetProperty("bundles")[0].GetProperty("node").GetString());
        Assert.Equal(bundle.GetProperty("commitment").GetString(), media.GetProperty("bundles")[0].GetProperty("commitment").GetString());

        await carrying.AssertCompletesAsync(patience.Token);
        var (after, told) = await UntilAsync(carrying, found => found.Status == ExitCode.BundleRefused, patience.Token, carrying.Bundle);
        Assert.Equal(ExitCode.BundleRefused, after);
        Assert.Equal("NotNewer", told.GetProperty("bundles")[0].GetProperty("findings")[0].GetProperty("reason").GetString());
    }

    private static async Task<(int Status, JsonElement Judged)> UntilAsync(
        CarryingSite carrying, Func<(int Status, JsonElement Judged), bool> holds, CancellationToken cancellationToken, params string[] args)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            var found = await PreflightAsync(carrying, cancellationToken, args);
            if (holds(found))
                return found;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<(int Status, JsonElement Judged)> PreflightAsync(CarryingSite carrying, CancellationToken cancellationToken, params string[] args)
    {
        var (folder, nodes) = (carrying.Site.Folder, carrying.Site.Nodes);
        var (certificate, key) = SiteCertificates.PathsOf(folder, SiteCertificates.Operator);
        var environment = new Dictionary<string, string>
        {
            ["HANDCARRY_CONTACT"] = string.Join(',', nodes.Select(static node => $"{node.Host}:{node.RemotingPort}")),
            ["HANDCARRY_CA"] = SiteCertificates.AuthorityPath(folder),
            ["HANDCARRY_CERTIFICATE"] = certificate,
            ["HANDCARRY_KEY"] = key,
            ["KUBECONFIG"] = folder.Kubeconfig,
        };
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var status = await new CommandLine(new Surroundings(output, error, false, environment, TimeProvider.System))
            .RunAsync(["preflight", .. args, "-o", "json", "--timeout", "60"], cancellationToken);
        Assert.Equal("", error.ToString());
        return (status, JsonDocument.Parse(output.ToString()).RootElement);
    }
}
