using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Site;

/// <summary>
/// What a node knows of the whole site, for whoever shows it: the summary that the supervisor sends by itself, and the complete view, which is asked for when somebody
/// looks, once a second at most however many do. Safe for any thread.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class SiteBoard(TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Func<CancellationToken, Task<StatusReply>>? _ask;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SiteSummary? _summary;
    private long _heard;
    private SiteReading? _reading;
    private Task<SiteReading?>? _asking;

    /// <summary>The newest summary; null until one has come.</summary>
    public SiteSummary? Summary
    {
        get
        {
            lock (_gate)
                return _summary;
        }
    }

    /// <summary>How long ago it came; null until one has. The supervisor is away when this is more than some 20 seconds.</summary>
    public TimeSpan? Age
    {
        get
        {
            lock (_gate)
                return _summary is null ? null : time.GetElapsedTime(_heard);
        }
    }

    /// <summary>The last complete view that was read; null until one was.</summary>
    public SiteReading? Last
    {
        get
        {
            lock (_gate)
                return _reading;
        }
    }

    /// <summary>Called with each summary that comes, on the thread of who brings it.</summary>
    public event Action<SiteSummary>? Heard;

    /// <summary>Called with each report of this node, on the thread of who brings it.</summary>
    public event Action<NodeReport>? Reported;

    /// <summary>Takes what this node's agent reports.</summary>
    public void Report(NodeReport report) => Reported?.Invoke(report);

    /// <summary>Tells how the supervisor is asked for everything; it fails or is cancelled when the supervisor does not answer.</summary>
    public void AskBy(Func<CancellationToken, Task<StatusReply>> ask)
    {
        lock (_gate)
            _ask = ask;
    }

    /// <summary>Takes a summary that has come.</summary>
    public void Hear(SiteSummary summary)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _heard = time.GetTimestamp();
            _summary = summary;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
        Heard?.Invoke(summary);
    }

    /// <summary>Ends when the next summary comes.</summary>
    public Task NextAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _changed.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The complete view; the last known one while the supervisor does not answer, null when there was none.</summary>
    public Task<SiteReading?> ReadAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reading is { } known && time.GetElapsedTime(known.Timestamp) < Fresh)
                return Task.FromResult<SiteReading?>(known);
            // One question for all who ask meanwhile; none of them can take it back from the others.
            if (_asking is null or { IsCompleted: true })
                _asking = Task.Run(AskAsync, CancellationToken.None);
            return _asking.WaitAsync(cancellationToken);
        }
    }

    private async Task<SiteReading?> AskAsync()
    {
        Func<CancellationToken, Task<StatusReply>>? ask;
        lock (_gate)
            ask = _ask;
        SiteReading? reading = null;
        if (ask is not null)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
            try
            {
                var reply = await ask(limit.Token);
                reading = new SiteReading(reply, time.GetUtcNow(), time.GetTimestamp(), true);
            }
            catch (Exception)
            {
                // The last known is shown with its age; who asks again, asks anew.
            }
        }
        lock (_gate)
            return _reading = reading ?? (_reading is null ? null : _reading with { Current = false });
    }
}
