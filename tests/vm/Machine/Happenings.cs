namespace Handcarry.Vm.Machine;

/// <summary>What has happened so far, in order, and whoever waits for something to happen.</summary>
internal sealed class Happenings<T>
    where T : class
{
    private readonly Lock _turn = new();
    private readonly List<T> _all = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _end;

    /// <summary>How many there are: the place of the next one.</summary>
    public int Count
    {
        get
        {
            lock (_turn)
                return _all.Count;
        }
    }

    /// <summary>The last one, null before the first.</summary>
    public T? Last
    {
        get
        {
            lock (_turn)
                return _all.LastOrDefault();
        }
    }

    public void Add(T happening)
    {
        lock (_turn)
        {
            _all.Add(happening);
            Wake();
        }
    }

    /// <summary>Nothing will happen any more: whoever waits fails with <paramref name="cause"/>.</summary>
    public void End(Exception cause)
    {
        lock (_turn)
        {
            _end = cause;
            Wake();
        }
    }

    /// <summary>Those from place <paramref name="from"/> on.</summary>
    public IReadOnlyList<T> Since(int from)
    {
        lock (_turn)
            return _all[from..];
    }

    /// <summary>The first one from place <paramref name="from"/> on that is looked for, as soon as it is there.</summary>
    public async Task<T> FirstAsync(int from, Func<T, bool> wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_turn)
            {
                for (; from < _all.Count; from++)
                {
                    if (wanted(_all[from]))
                        return _all[from];
                }

                if (_end is not null)
                    throw new MachineException($"Waited in vain: {_end.Message}", _end);
                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private void Wake()
    {
        _next.TrySetResult();
        _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
