namespace Handcarry.Hosts.Node.Native;

/// <summary>Lets a thread sleep until a descriptor has something for it or another thread wakes it (eventfd(2)).</summary>
internal sealed class WakeDescriptor : IDisposable
{
    // poll.h.
    public const short Readable = 1, Writable = 4;

    private readonly Lock _gate = new();
    private readonly int _descriptor;
    private bool _closed;

    public WakeDescriptor()
    {
        _descriptor = LibC.EventDescriptor(0, LibC.CloseOnExec | LibC.NonBlocking);
        if (_descriptor < 0)
            throw new IOException($"No eventfd can be had: {LibC.LastError()}.");
    }

    /// <summary>Ends the sleep, or the next one. After disposal nothing happens: the number may belong to another file by then.</summary>
    public unsafe void Wake()
    {
        lock (_gate)
        {
            ulong one = 1;
            if (!_closed)
                _ = LibC.Write(_descriptor, &one, sizeof(ulong));
        }
    }

    /// <summary>
    /// Sleeps until <paramref name="descriptor"/> is ready for <paramref name="wanted"/>, until woken, or for <paramref name="milliseconds"/>, -1 for ever.
    /// Whoever wakes must have said before what for, and the sleeper must look at that before it sleeps again: a wake-up is consumed here.
    /// </summary>
    public unsafe void Sleep(int descriptor, short wanted, int milliseconds)
    {
        var waiting = stackalloc LibC.PollEntry[2];
        waiting[0] = new LibC.PollEntry { Descriptor = descriptor, Wanted = wanted };
        waiting[1] = new LibC.PollEntry { Descriptor = _descriptor, Wanted = Readable };
        if (LibC.Poll(waiting, 2, milliseconds) > 0 && waiting[1].Seen != 0)
        {
            ulong count;
            _ = LibC.Read(_descriptor, &count, sizeof(ulong));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            _ = LibC.Close(_descriptor);
        }
    }
}
