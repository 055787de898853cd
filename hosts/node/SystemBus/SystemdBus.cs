using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.SystemBus;

/// <summary>
/// One connection to the system bus, for talking to systemd. When the bus is restarted the connection is over, and with it its subscription: whoever wants to go
/// on connects anew and looks again at what there is.
/// <code>
///   callers --Post--> [work] --(1)--> the thread, sole owner of the bus --(3)--> tasks of the callers, Signals
///               wake ----------------(2)-^
/// </code>
/// 1. The thread does what was posted. 2. It sleeps until the bus or a caller has something. 3. Callbacks of sd-bus run inside Process, on the same thread; they
/// never wait, and no exception leaves them.
/// </summary>
internal sealed class SystemdBus : IAsyncDisposable
{
    private const string Systemd = "org.freedesktop.systemd1", ManagerPath = "/org/freedesktop/systemd1", Manager = "org.freedesktop.systemd1.Manager";
    private const ulong CallTimeout = 25_000_000; // microseconds; what sd-bus itself has as default

    private readonly ConcurrentQueue<Action> _work = new();
    private readonly Channel<BusSignal> _signals = Channel.CreateUnbounded<BusSignal>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly HashSet<PendingCall> _calls = [];
    private readonly WakeDescriptor _wake = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _address;
    private nint _bus;
    private GCHandle _self;
    private volatile bool _stop;

    private SystemdBus(string address, TaskCompletionSource<SystemdBus> connected)
    {
        _address = address;
        new Thread(() => Run(connected)) { IsBackground = true, Name = "system bus" }.Start();
    }

    /// <summary>What systemd tells after <see cref="SubscribeAsync"/>, in order. Completes with a <see cref="BusException"/> when the connection is lost.</summary>
    public ChannelReader<BusSignal> Signals => _signals.Reader;

    /// <summary>Connects to the bus whose socket is at <paramref name="socket"/>.</summary>
    /// <exception cref="BusException"><see cref="BusException.Disconnected"/>.</exception>
    public static Task<SystemdBus> ConnectAsync(string socket)
    {
        var connected = new TaskCompletionSource<SystemdBus>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Of an address all but these characters is escaped as %xx (D-Bus specification, "Server Addresses").
        var path = string.Concat(socket.Select(c => char.IsAsciiLetterOrDigit(c) || "-_/.*".Contains(c, StringComparison.Ordinal) ? $"{c}" : Uri.HexEscape(c)));
        _ = new SystemdBus("unix:path=" + path, connected);
        return connected.Task;
    }

    /// <summary>Has systemd tell of its units and jobs. What is there has to be asked for after this, so that nothing is missed in between.</summary>
    public async Task SubscribeAsync()
    {
        await OnThreadAsync(() =>
        {
            foreach (var member in (string[])["UnitNew", "UnitRemoved", "JobRemoved", "Reloading"])
                AddMatch($"type='signal',sender='{Systemd}',path='{ManagerPath}',interface='{Manager}',member='{member}'");
            AddMatch($"type='signal',sender='{Systemd}',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='{Systemd}.Device'");
        });
        await CallAsync("Subscribe", static _ => { }, static _ => true);
    }

    /// <summary>Calls a method of systemd's manager.</summary>
    /// <exception cref="BusException">What systemd answered, or <see cref="BusException.Disconnected"/>.</exception>
    public Task<T> CallAsync<T>(string member, Action<BusMessage> write, Func<BusMessage, T> read)
    {
        var reply = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => Call(member, write, new PendingCall(message => reply.TrySetResult(read(message)), e => reply.TrySetException(e))), e => reply.TrySetException(e));
        return reply.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _stop = true;
        _wake.Wake();
        await _ended.Task;
    }

    private Task OnThreadAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(
            () =>
            {
                action();
                done.TrySetResult();
            },
            e => done.TrySetException(e));
        return done.Task;
    }

    private void Post(Action action, Action<Exception> failed)
    {
        _work.Enqueue(() =>
        {
            try
            {
                if (_stop)
                    throw Lost("it was closed");
                action();
            }
            catch (Exception e)
            {
                failed(e);
            }
        });
        _wake.Wake();
        // The thread may have looked for the last time just before.
        if (_ended.Task.IsCompleted)
            DoWork();
    }

    private void DoWork()
    {
        while (_work.TryDequeue(out var action))
            action();
    }

    private void Run(TaskCompletionSource<SystemdBus> connected)
    {
        var end = Lost("it was closed");
        try
        {
            _self = GCHandle.Alloc(this);
            Check(LibSystemd.New(out _bus));
            Check(LibSystemd.SetAddress(_bus, _address));
            Check(LibSystemd.SetBusClient(_bus, 1));
            Check(LibSystemd.Start(_bus));
            connected.TrySetResult(this);
            Serve();
        }
        catch (DllNotFoundException)
        {
            end = Lost("there is no libsystemd.so.0");
        }
        catch (BusException e)
        {
            end = e;
        }
        _stop = true;
        connected.TrySetException(end);
        foreach (var call in _calls.ToList())
            Complete(call, default, end);
        _signals.Writer.TryComplete(end);
        if (_bus != 0)
            LibSystemd.Close(_bus);
        _self.Free(); // the callbacks of the matches have it until the bus is closed
        _wake.Dispose();
        _ended.TrySetResult();
        DoWork();
    }

    private void Serve()
    {
        var descriptor = Check(LibSystemd.Descriptor(_bus));
        while (true)
        {
            DoWork(); // 1
            while (!_stop && Check(LibSystemd.Process(_bus, 0)) > 0) // 3
            {
            }
            // Before each sleep: the wake-up may have been consumed together with the work before.
            if (_stop)
                return;
            if (!_work.IsEmpty)
                continue;
            Check(LibSystemd.Timeout(_bus, out var until));
            _wake.Sleep(descriptor, (short)Check(LibSystemd.WantedEvents(_bus)), Milliseconds(until)); // 2
        }
    }

    /// <summary>CLOCK_MONOTONIC is what Stopwatch reads; a moment that has passed is no sleep at all.</summary>
    private static int Milliseconds(ulong until)
    {
        if (until == ulong.MaxValue)
            return -1;
        var now = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1e6);
        return (int)Math.Clamp(Math.Ceiling((until - now) / 1000), 0, int.MaxValue);
    }

    private unsafe void AddMatch(string rule) => Check(LibSystemd.AddMatch(_bus, 0, rule, &OnSignal, GCHandle.ToIntPtr(_self)));

    private unsafe void Call(string member, Action<BusMessage> write, PendingCall call)
    {
        Check(LibSystemd.NewCall(_bus, out var message, Systemd, ManagerPath, Manager, member));
        try
        {
            write(new BusMessage(message));
            call.Handle = GCHandle.Alloc((this, call));
            _calls.Add(call);
            var sent = LibSystemd.Call(_bus, out var slot, message, &OnReply, GCHandle.ToIntPtr(call.Handle), CallTimeout);
            call.Slot = slot;
            if (sent < 0)
                Complete(call, default, Lost(LibC.Describe(-sent)));
        }
        finally
        {
            LibSystemd.ReleaseMessage(message);
        }
    }

    private void Complete(PendingCall call, BusMessage reply, BusException? error)
    {
        _calls.Remove(call);
        call.Complete(reply, error);
    }

    private void Pass(BusMessage signal)
    {
        BusSignal? told = signal.Member switch
        {
            "UnitNew" => new BusSignal.UnitListed(signal.ReadText(), Present: true),
            "UnitRemoved" => new BusSignal.UnitListed(signal.ReadText(), Present: false),
            "PropertiesChanged" => new BusSignal.DeviceChanged(),
            "Reloading" => new BusSignal.Reloading(signal.ReadBoolean()),
            "JobRemoved" => JobRemoved(signal),
            _ => null,
        };
        if (told is not null)
            _signals.Writer.TryWrite(told);
    }

    private static BusSignal.JobRemoved JobRemoved(BusMessage signal)
    {
        _ = signal.ReadNumber();
        var job = signal.ReadPath();
        _ = signal.ReadText();
        return new BusSignal.JobRemoved(job, signal.ReadText());
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSignal(nint message, nint data, nint error)
    {
        try
        {
            ((SystemdBus)GCHandle.FromIntPtr(data).Target!).Pass(new BusMessage(message));
        }
        catch (BusException)
        {
            // A signal of another shape than systemd documents says nothing to us.
        }
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReply(nint message, nint data, nint error)
    {
        var (bus, call) = ((SystemdBus, PendingCall))GCHandle.FromIntPtr(data).Target!;
        var reply = new BusMessage(message);
        bus.Complete(call, reply, reply.Error);
        return 0;
    }

    private int Check(int result) => result >= 0 ? result : throw Lost(LibC.Describe(-result));

    private BusException Lost(string why) => new(BusException.Disconnected, $"The system bus at {_address} cannot be used: {why}.");
}
