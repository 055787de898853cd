using Handcarry.Cli;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Clients;

/// <summary>Three real agents, and questions about one that are put to another.</summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class RelayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task An_agent_passes_on_what_is_for_another_node_and_does_so_again_after_that_ones_restart()
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await UserSite.StartAsync(patience.Token);
        await site.DoneAsync("changer", patience.Token, "login");

        // By the contacts, so that it is known who is asked.
        foreach (var other in (string[])["node-1", "node-3"])
        {
            var log = await site.DoneAsync("changer", patience.Token, ["logs", "node-2", "-o", "json", .. At(site, other)]);
            Assert.Contains("\"node\": \"node-2\"", log, StringComparison.Ordinal);
        }
        Assert.Equal("system:serviceaccount:ops:changer asked node node-2 to try again.\n", await site.DoneAsync("changer", patience.Token, ["retry", "node-2", .. At(site, "node-1")]));
        var (exit, _, error) = await site.RunAsync("reader", patience.Token, ["retry", "node-2", .. At(site, "node-1")]);
        Assert.Equal(ExitCode.Refused, exit);
        Assert.StartsWith("NotAllowed: ", error, StringComparison.Ordinal);

        var before = Lines(await site.DoneAsync("changer", patience.Token, ["logs", "node-2", .. At(site, "node-1")]));
        await site.Node("node-2").Agent.KillAsync();
        var (gone, _, silent) = await site.RunAsync("changer", patience.Token, ["logs", "node-2", .. At(site, "node-1")]);
        Assert.Equal(ExitCode.NoAgent, gone);
        Assert.StartsWith("NodeSilent: The agent of node-2 does not answer the one of node-1", silent, StringComparison.Ordinal);

        site.Node("node-2").Agent.Start();
        var after = Lines(await site.DoneAsync("changer", patience.Token, ["logs", "node-2", .. At(site, "node-1")]));
        // A log is what was said since the start, and each line has its time.
        Assert.Empty(before.Intersect(after));
        await site.DoneAsync("changer", patience.Token, ["retry", "node-2", .. At(site, "node-3")]);

        // What it was asked before its restart it remembers. Nodes are asked that have reported to the supervisor, which takes a moment after it has moved.
        await site.UntilAsync(
            "changer",
            said => Lines(said).Count(line => line.Contains("node-2    RetryAsked: system:serviceaccount:ops:changer", StringComparison.Ordinal)) == 2,
            patience.Token,
            "events");
    }

    private static string[] At(UserSite site, string node) => ["--contact", $"{SiteCertificates.Host}:{site.Node(node).ClientPort}"];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
