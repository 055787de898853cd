using Handcarry.Actors.Site;

namespace Handcarry.Agent.Web.Page;

/// <summary>
/// The page's parts as they change, for all who watch: made once a second for however many there are, and not at all for none. Who is slow misses what lies between,
/// never the newest. Safe for any thread.
/// </summary>
internal sealed class LiveFeed(string agent, SiteBoard site, ISiteEvents events, TimeProvider time)
{
    /// <summary>How many may watch at once: half of the connections that are served.</summary>
    public const int MaxWatchers = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, string> _newest = [];
    private int _watchers;
    private bool _making;

    /// <summary>The newest parts by id, and what ends when there are newer ones.</summary>
    public (IReadOnlyDictionary<string, string> Parts, Task Changed) Newest
    {
        get
        {
            lock (_gate)
                return (_newest, _changed.Task);
        }
    }

    /// <summary>The parts as they are now.</summary>
    public async Task<IReadOnlyDictionary<string, Html>> ReadAsync(CancellationToken cancellationToken)
    {
        var reading = await site.ReadAsync(cancellationToken);
        if (reading is { Current: true })
            events.Notice([.. reading.Reply.Reports]);
        return PageSections.Of(new SiteView(agent, reading, site.Summary, events.Newest));
    }

    /// <summary>Begins to watch; false when too many do. Each true has its <see cref="Leave"/>.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_watchers >= MaxWatchers)
                return false;
            _watchers++;
            if (!_making)
                _ = Task.Run(MakeAsync);
            _making = true;
            return true;
        }
    }

    /// <summary>Ends to watch.</summary>
    public void Leave()
    {
        lock (_gate)
            _watchers--;
    }

    private async Task MakeAsync()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    if (_watchers == 0)
                    {
                        _making = false;
                        return;
                    }
                }
                Publish(await ReadAsync(CancellationToken.None));
                await Task.Delay(Pause, time);
            }
        }
        catch (Exception e)
        {
            // Whoever watches is cut off, which shows, and begins anew.
            lock (_gate)
            {
                _making = false;
                _changed.SetException(e);
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Publish(IReadOnlyDictionary<string, Html> made)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var newest = made.ToDictionary(static part => part.Key, static part => part.Value.ToString(), StringComparer.Ordinal);
            if (newest.All(part => _newest.TryGetValue(part.Key, out var known) && known == part.Value))
                return;
            _newest = newest;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }
}
