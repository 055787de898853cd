namespace Handcarry.Streams.Replication;

/// <summary>
/// Says when a draw may ask its holder: early enough that the link never waits for a request, and no earlier. Blobs that share a link all come later than one after the other would,
/// and everybody behind this node waits for their first chunks:
/// <code><![CDATA[
///   shared:   A B C A B C A B C   a chunk of three blobs at a time: the successor waits for three
///   in turn:  A A A B B B C C C   it waits for one
/// ]]></code>
/// 1. A small blob is asked for while fewer than <see cref="Width"/> bytes of small ones are on their way. 2. A large one is asked for when all that was asked for is nearly
/// here, fewer than as many bytes on their way; or when those that are coming do not fill the link, because their holder has nothing for them at the moment or because
/// hashing takes longer than receiving. Each kind in the order of asking. May be used from any thread.
/// </summary>
public sealed class DrawWindow
{
    /// <summary>
    /// Bytes that are asked for ahead, 1 MiB: what a link of 25 MB/s carries in 40 ms, one of 1 GB/s in a millisecond, in which a request has come to the holder and been answered.
    /// </summary>
    public const int Width = 1 << 20;

    /// <summary>How many large blobs come at a time at most, where hashing takes longer than receiving. One loop does near 0.7 GB/s (reference/akka.md section 2).</summary>
    public const int MostLarge = 3;

    /// <summary>When nothing has come of a blob for so long, its holder has nothing for it.</summary>
    internal static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>Over how many bytes it is judged whether hashing takes longer than receiving, 8 MiB.</summary>
    internal const int Stretch = 8 << 20;

    /// <summary>
    /// A draw that took longer for a stretch, which is 34 MB/s, does not wait for its own hashing, for which the slowest cores in use are faster; it waits for a core, because the
    /// node starts up or others keep it busy, and another large blob would wait with it and take half of the link until it is here.
    /// </summary>
    internal static readonly TimeSpan LongestStretch = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<DrawPlace> _coming = [];
    private readonly LinkedList<Waiter> _small = new();
    private readonly LinkedList<Waiter> _large = new();
    private readonly TimeProvider _time;
    private readonly ITimer _look;
    private bool _lookIsDue;
    private volatile bool _anybodyWaits;

    /// <summary>Makes one; <paramref name="time"/> is the clock.</summary>
    public DrawWindow(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _look = time.CreateTimer(static window => ((DrawWindow)window!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits until <paramref name="bytes"/>, 0 or more, may be asked for. Whoever has them, or gives up, disposes the place.</summary>
    public async ValueTask<DrawPlace> EnterAsync(long bytes, CancellationToken ct)
    {
        var waiter = new Waiter(new DrawPlace(this, _time, bytes));
        lock (_gate)
        {
            (bytes > Width ? _large : _small).AddLast(waiter.Node);
            Admit();
        }

        await using var given = ct.UnsafeRegister(static (state, ct) => ((Waiter)state!).Admitted.TrySetCanceled(ct), waiter);
        try
        {
            return await waiter.Admitted.Task;
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                waiter.Node.List?.Remove(waiter.Node);
                Admit();
            }

            throw;
        }
    }

    /// <summary>Something has come, or has not: somebody may be let in.</summary>
    internal void Changed()
    {
        if (!_anybodyWaits)
            return;
        lock (_gate)
            Admit();
    }

    internal void Leave(DrawPlace place)
    {
        lock (_gate)
        {
            _coming.Remove(place);
            Admit();
        }
    }

    private void Admit()
    {
        while (_small.First is { } next && HasRoom(large: false))
            LetIn(next);
        while (_large.First is { } next && HasRoom(large: true))
            LetIn(next);
        _anybodyWaits = _small.Count + _large.Count > 0;
        if (!_anybodyWaits || _lookIsDue)
            return;
        // Nobody tells that nothing comes.
        _lookIsDue = true;
        _look.Change(Quiet, Timeout.InfiniteTimeSpan);
    }

    // Asked whenever something has come: no query, which would allocate.
    private bool HasRoom(bool large)
    {
        var (count, bytes) = (0, 0L);
        foreach (var place in _coming)
        {
            count += place.IsLarge ? 1 : 0;
            if (large ? place.FillsTheLink() : !place.IsLarge)
                bytes += place.Left;
        }

        return bytes < Width && (!large || count < MostLarge);
    }

    private void LetIn(LinkedListNode<Waiter> next)
    {
        next.List!.Remove(next);
        next.Value.Place.Begin();
        // Whoever has given up meanwhile wants no place.
        if (next.Value.Admitted.TrySetResult(next.Value.Place))
            _coming.Add(next.Value.Place);
    }

    private void Look()
    {
        lock (_gate)
        {
            _lookIsDue = false;
            Admit();
        }
    }

    private sealed class Waiter
    {
        public Waiter(DrawPlace place) => (Place, Node) = (place, new LinkedListNode<Waiter>(this));

        public DrawPlace Place { get; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource<DrawPlace> Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
