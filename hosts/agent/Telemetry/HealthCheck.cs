namespace Handcarry.Agent.Telemetry;

/// <summary>One thing that must be so.</summary>
/// <param name="Name">One word, the beginning of its line.</param>
/// <param name="AskAsync">
/// Null when it is so; else one sentence that says what is not and what to do. What it throws, and that it does not answer before it is cancelled, counts as not so.
/// </param>
internal sealed record HealthCheck(string Name, Func<CancellationToken, Task<string?>> AskAsync);
