namespace Handcarry.Actors.Cluster;

/// <summary>
/// The supervisor's effects in the order they were decided. A status that nobody has to see at once is replaced by the next one while it
/// waits, and waits at least a second after the last write.
/// </summary>
internal sealed class EffectQueue(TimeProvider time, TimeSpan pace)
{
    private readonly LinkedList<SupervisorEffect> _queue = new();
    private long? _lastWrite;

    public int Count => _queue.Count;

    public void Add(IEnumerable<SupervisorEffect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is SupervisorEffect.WriteStatus && _queue.Last?.Value is SupervisorEffect.WriteStatus { Urgent: false })
                _queue.RemoveLast();
            _queue.AddLast(effect);
        }
    }

    /// <summary>The next effect that may be carried out now, without removing it; null when there is none, or it has to wait.</summary>
    public SupervisorEffect? Peek() => _queue.First?.Value switch
    {
        SupervisorEffect.WriteStatus { Urgent: false } when _queue.Count == 1 && _lastWrite is { } last && time.GetElapsedTime(last) < pace => null,
        var effect => effect,
    };

    public void Done(SupervisorEffect effect)
    {
        if (effect is SupervisorEffect.WriteStatus)
            _lastWrite = time.GetTimestamp();
        if (_queue.First is { } first && ReferenceEquals(first.Value, effect))
            _queue.RemoveFirst();
    }

    public void Clear() => _queue.Clear();
}
