using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>A fence that is held when the test says so.</summary>
public sealed class SwitchFence(bool held = true) : IFence
{
    private volatile bool _held = held;

    /// <summary>Whether it is held; a test changes it at any time.</summary>
    public bool IsHeld
    {
        get => _held;
        set => _held = value;
    }

    public TimeSpan RenewEvery { get; init; } = TimeSpan.FromSeconds(5);

    public ValueTask<bool> TryHoldAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_held);

    public ValueTask<string> HolderAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_held ? "us" : "another");

    public ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        _held = false;
        return ValueTask.CompletedTask;
    }
}
