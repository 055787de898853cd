using System.Threading.Channels;
using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>An <see cref="IRuntimeConfig"/> of names. It never answers at once.</summary>
/// <param name="has">Whether the runtime has an image; always, when it is left out.</param>
public sealed class InMemoryRuntimeConfig(Func<ImageName, bool>? has = null) : IRuntimeConfig
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<ImageName>> _sets = new(StringComparer.Ordinal);
    private readonly Channel<bool> _restarts = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>What is in the runtime's way.</summary>
    public Remark? Fault { get; set; }

    /// <summary>Why pins do not count; null when they do.</summary>
    public Remark? Unpinnable { get; set; }

    /// <summary>What is to be thrown when the runtime is told or asked; null for nothing.</summary>
    public LoadException? Failure { get; set; }

    /// <summary>Names of the images that are pinned.</summary>
    public IReadOnlySet<string> Pinned
    {
        get
        {
            lock (_gate)
                return _sets.Values.SelectMany(static set => set).Select(static name => name.ToString()).ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>How often images were pinned.</summary>
    public int Pinnings { get; private set; }

    /// <summary>The runtime is started anew.</summary>
    public void Restart() => _restarts.Writer.TryWrite(true);

    /// <inheritdoc/>
    public async ValueTask<Remark?> FaultAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return Fault;
    }

    /// <inheritdoc/>
    public async ValueTask<PinState> PinAsync(string set, IReadOnlyList<ImageName> images, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        ThrowFailure();
        lock (_gate)
            (_sets[set], Pinnings) = ([.. images], Pinnings + 1);
        if (Unpinnable is { } why)
            return new PinState(false, why);
        return images.FirstOrDefault(image => has?.Invoke(image) == false) is { } lacking
            ? new PinState(false, new Remark("ImageNotInRuntime", $"The runtime does not have {lacking}. Load the bundle again."))
            : new PinState(true, null);
    }

    /// <inheritdoc/>
    public async ValueTask KeepOnlyAsync(string set, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        ThrowFailure();
        lock (_gate)
        {
            foreach (var other in _sets.Keys.Where(other => other != set).ToList())
                _sets.Remove(other);
        }
    }

    /// <inheritdoc/>
    public Task RestartedAsync(CancellationToken cancellationToken) => _restarts.Reader.ReadAsync(cancellationToken).AsTask();

    private void ThrowFailure()
    {
        if (Failure is { } failure)
            throw failure;
    }
}
