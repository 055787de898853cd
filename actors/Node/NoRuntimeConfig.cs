using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>A node of which only the container tools are asked: nothing is in the way, nothing can be pinned, nothing is started anew.</summary>
public sealed class NoRuntimeConfig : IRuntimeConfig
{
    /// <inheritdoc/>
    public ValueTask<Remark?> FaultAsync(CancellationToken cancellationToken) => ValueTask.FromResult<Remark?>(null);

    /// <inheritdoc/>
    public ValueTask<PinState> PinAsync(string set, IReadOnlyList<ImageName> images, CancellationToken cancellationToken) => ValueTask.FromResult(new PinState(false, null));

    /// <inheritdoc/>
    public ValueTask KeepOnlyAsync(string set, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public Task RestartedAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
}
