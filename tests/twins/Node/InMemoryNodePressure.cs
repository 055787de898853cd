using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>An <see cref="INodePressure"/> that a test sets.</summary>
public sealed class InMemoryNodePressure : INodePressure
{
    private volatile PressureFacts? _facts = PressureFacts.None;
    private int _looks;

    /// <summary>What it tells from now on; null: nothing.</summary>
    public PressureFacts? Facts
    {
        get => _facts;
        set => _facts = value;
    }

    /// <summary>How often it was asked.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <inheritdoc/>
    public ValueTask<PressureFacts?> ReadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        return ValueTask.FromResult(_facts);
    }
}
