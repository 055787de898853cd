using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IFence"/>: the same rules on a record in memory.</summary>
public sealed class InMemoryFence(InMemoryLease lease, string holder, TimeProvider time, TimeSpan? duration = null) : IFence
{
    private readonly TimeSpan _duration = duration ?? TimeSpan.FromSeconds(15);
    private long _seen = -1;
    private long _seenAt;
    private long? _heldSince;

    public bool IsHeld
    {
        get
        {
            lock (lease.Lock)
                return _heldSince is { } since && time.GetElapsedTime(since) < _duration * 0.8;
        }
    }

    public TimeSpan RenewEvery => _duration / 3;

    public ValueTask<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        lease.Api.Enter(cancellationToken);
        lock (lease.Lock)
        {
            if (_seen != lease.Version)
                (_seen, _seenAt) = (lease.Version, time.GetTimestamp());
            if (lease.Holder.Length > 0 && lease.Holder != holder && time.GetElapsedTime(_seenAt) < _duration)
            {
                _heldSince = null;
                return ValueTask.FromResult(false);
            }
            lease.Holder = holder;
            lease.Version++;
            _heldSince = time.GetTimestamp();
            return ValueTask.FromResult(true);
        }
    }

    public ValueTask<string> HolderAsync(CancellationToken cancellationToken)
    {
        lease.Api.Enter(cancellationToken);
        lock (lease.Lock)
            return ValueTask.FromResult(lease.Holder);
    }

    public ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        lock (lease.Lock)
            _heldSince = null;
        lease.Api.Enter(cancellationToken);
        lock (lease.Lock)
        {
            if (lease.Holder == holder)
            {
                lease.Holder = "";
                lease.Version++;
            }
        }
        return ValueTask.CompletedTask;
    }
}
