using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>
/// Stands in front of one node's data plane and relays its TCP connections byte for byte, so TLS passes through untouched; and does to them what
/// networks do. It counts what it relays, which tells from outside whether anything crossed a link twice.
/// </summary>
internal sealed class FaultyLink : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _holder;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<FaultyConnection, Task> _connections = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private readonly Random _dice = new(5);
    private TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Way _cut;
    private long _carried;
    private long _holdAt = long.MaxValue;
    private Way _atHold;
    private int _resets;

    /// <summary>Relays what arrives at <paramref name="address"/> to <paramref name="holder"/>.</summary>
    public FaultyLink(IPEndPoint address, IPEndPoint holder)
    {
        _holder = holder;
        _listener = new TcpListener(address);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Bytes that have come from the holder, TLS included.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>How many connections have been reset.</summary>
    public int Resets => Volatile.Read(ref _resets);

    /// <summary>Of a hundred reads from the holder, how many end with a reset of the connection.</summary>
    public int ResetPercent { get; set; }

    /// <summary>Bytes per second of each connection; null for as fast as it goes.</summary>
    public int? BytesPerSecond { get; set; }

    /// <summary>
    /// Once so many bytes in all have come from the holder nothing more is let through in these directions, and nobody is told: what is sent
    /// meanwhile comes late. The task completes then.
    /// </summary>
    public Task CutAfterAsync(long bytes, Way ways = Way.Down)
    {
        lock (_gate)
        {
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_holdAt, _atHold) = (bytes, ways);
            return _reached.Task;
        }
    }

    /// <summary>Lets everything through again; with <paramref name="keepCut"/> until the next cut that is already asked for.</summary>
    public void Open(bool keepCut = false)
    {
        lock (_gate)
        {
            (_cut, _holdAt) = (Way.None, keepCut ? _holdAt : long.MaxValue);
            _opened.TrySetResult();
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until so many connections have been reset.</summary>
    public async Task ResetsReachAsync(int count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (Resets < count)
            await timer.WaitForNextTickAsync(cancellationToken);
    }

    /// <summary>Ends the connections that there are on the holder's side and never tells the other: half open. New ones are not touched.</summary>
    public void LeaveHalfOpen()
    {
        foreach (var connection in _connections.Keys)
            connection.LeaveHalfOpen();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Values);
        _end.Dispose();
    }

    /// <summary>Waits until this direction is open.</summary>
    internal async Task PassAsync(Way way)
    {
        while (true)
        {
            Task opened;
            lock (_gate)
            {
                if (way == Way.Down && _carried >= _holdAt)
                {
                    _cut |= _atHold;
                    _reached.TrySetResult();
                }

                if (!_cut.HasFlag(way))
                    return;
                opened = _opened.Task;
            }

            await opened.WaitAsync(_end.Token);
        }
    }

    /// <summary>Counts what has come from the holder; false when the connection is to be reset now.</summary>
    internal bool Count(int bytes)
    {
        lock (_gate)
        {
            if (_dice.Next(100) >= ResetPercent)
            {
                Interlocked.Add(ref _carried, bytes);
                return true;
            }
        }

        Interlocked.Increment(ref _resets);
        return false;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = new FaultyConnection(this, await _listener.AcceptSocketAsync(_end.Token));
                _connections[connection] = RunAsync(connection);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task RunAsync(FaultyConnection connection)
    {
        await Task.Yield();
        using (connection)
            await connection.RunAsync(_holder, _end.Token);
        _connections.TryRemove(connection, out _);
    }
}
