using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>The API server that the twins of one test share: its absence, its failures, and the news that something has changed.</summary>
public sealed class InMemoryApi
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _away;
    private int _failures;
    private int _conflicts;
    private long _version;

    /// <summary>While true every call fails and watches see nothing new.</summary>
    public bool Away
    {
        get
        {
            lock (_lock)
                return _away;
        }
        set
        {
            lock (_lock)
                _away = value;
            Change();
        }
    }

    /// <summary>The next <paramref name="calls"/> calls fail with <see cref="ApiUnavailableException"/>.</summary>
    public void FailNext(int calls = 1)
    {
        lock (_lock)
            _failures += calls;
    }

    /// <summary>The next <paramref name="writes"/> guarded writes fail with <see cref="StaleWriteException"/>.</summary>
    public void ConflictNext(int writes = 1)
    {
        lock (_lock)
            _conflicts += writes;
    }

    /// <summary>Completes at the next change of anything, or of <see cref="Away"/>.</summary>
    internal Task Changed
    {
        get
        {
            lock (_lock)
                return _changed.Task;
        }
    }

    /// <summary>A new resourceVersion; wakes the watches.</summary>
    internal long Change()
    {
        lock (_lock)
        {
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
            return ++_version;
        }
    }

    /// <summary>What each call begins with.</summary>
    internal void Enter(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_failures > 0)
                _failures--;
            else if (!_away)
                return;
        }
        throw new ApiUnavailableException("The Kubernetes API cannot be reached (it is away in this test).");
    }

    /// <summary>What each guarded write looks at first.</summary>
    internal static void Guard(IFence fence)
    {
        ArgumentNullException.ThrowIfNull(fence);
        if (!fence.IsHeld)
            throw new StaleWriteException("The supervisor's lease is not held any more.");
    }

    /// <summary>Whether this guarded write is one that a test wants to fail.</summary>
    internal bool Conflicts()
    {
        lock (_lock)
            return _conflicts > 0 && _conflicts-- > 0;
    }
}
