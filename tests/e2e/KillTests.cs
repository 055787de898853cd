using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>kill -9 of an agent in the middle of carrying, and a restart: the job is finished all the same.</summary>
[Collection(nameof(RealSites))]
public sealed class KillTests
{
    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [SkippableFact]
    public Task The_agent_with_the_medium_is_killed_in_the_middle_and_comes_back() =>
        KillAndCompleteAsync(static carrying => carrying.Source);

    [SkippableFact]
    public Task The_agent_with_the_supervisor_is_killed_in_the_middle_and_comes_back() =>
        KillAndCompleteAsync(static carrying => carrying.Supervisor);

    private static async Task KillAndCompleteAsync(Func<CarryingSite, SiteNode> choose)
    {
        Machine.HasWhatASiteNeeds();
        using var patience = new CancellationTokenSource(Patience);

        // On a machine that gives this process no time at the right moment the kill comes too late: then with a larger bundle.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            await using var carrying = await CarryingSite.StartAsync(100_000_000L << attempt, patience.Token);
            var victim = choose(carrying);
            if (!await carrying.KillInTheMiddleAsync(victim, patience.Token))
                continue;
            victim.Agent.Start();
            await carrying.AssertCompletesAsync(patience.Token);
            return;
        }

        Assert.Fail($"In {Attempts} attempts the agent had everything before it could be killed.");
    }
}
