namespace Handcarry.Agent.Telemetry;

/// <summary>What came of some checks.</summary>
/// <param name="Healthy">Whether all of it is so.</param>
/// <param name="Text">A line for each check, in their order: <c>ok NAME</c> or <c>failed NAME: SENTENCE</c>.</param>
internal sealed record HealthReport(bool Healthy, string Text)
{
    /// <summary>Asks all of <paramref name="checks"/> at once.</summary>
    /// <param name="checks">What must be so.</param>
    /// <param name="within">How long one may take.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="cancellationToken">Nobody waits for the answer any longer.</param>
    public static async Task<HealthReport> AskAsync(IEnumerable<HealthCheck> checks, TimeSpan within, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var answers = await Task.WhenAll(checks.Select(check => AskAsync(check, within, either.Token)));
        cancellationToken.ThrowIfCancellationRequested();
        return new HealthReport(answers.All(answer => answer.Why is null), string.Concat(answers.Select(answer => answer.Why is null ? $"ok {answer.Name}\n" : $"failed {answer.Name}: {answer.Why}\n")));
    }

    private static async Task<(string Name, string? Why)> AskAsync(HealthCheck check, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            return (check.Name, await check.AskAsync(cancellationToken).WaitAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            return (check.Name, $"It did not answer within {within.TotalSeconds:0} s.");
        }
        catch (Exception e)
        {
            return (check.Name, e.Message.ReplaceLineEndings(" "));
        }
    }
}
