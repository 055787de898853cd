namespace Handcarry.Hosts.Node.Arming;

/// <summary>An answer of <see cref="IRestartPermission"/>.</summary>
/// <param name="Refusal">Why not now, as a sentence; null when it is granted.</param>
/// <param name="Lease">What keeps other nodes from doing it at the same time.</param>
public sealed record RestartPermit(string? Refusal, IAsyncDisposable? Lease = null) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Lease?.DisposeAsync() ?? ValueTask.CompletedTask;
}
