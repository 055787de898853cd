using System.Runtime.InteropServices;
using System.Threading.Channels;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Media.Devices;

/// <summary>
/// Listens to udev, that is to what it tells when it is done with a block device (the group "udev"; the kernel's own events come too early to read by). They
/// arrive in the network namespace of the host only (reference/devices.md section 1, pitfall 11), and need nothing of /run/udev. A thread of its own
/// sleeps until there is something.
/// </summary>
internal sealed class UdevMonitor : IDisposable
{
    // A burst of events, at boot or from `udevadm trigger`, overruns the kernel's default of 208 KiB; udevadm itself takes as much.
    private const int ReceiveBuffer = 8 << 20;
    private const int Ahead = 256;

    private readonly Channel<UdevEvent?> _events = Channel.CreateBounded<UdevEvent?>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly WakeDescriptor _wake = new();
    private readonly nint _udev;
    private readonly nint _monitor;
    private readonly Thread _thread;

    private UdevMonitor(nint udev, nint monitor)
    {
        (_udev, _monitor) = (udev, monitor);
        _thread = new Thread(Run) { IsBackground = true, Name = "udev" };
        _thread.Start();
    }

    /// <summary>What udev told since it is listened to, in order; null stands for what was lost because nobody took it in time.</summary>
    public ChannelReader<UdevEvent?> Events => _events.Reader;

    /// <summary>Begins to listen, in the network namespace of the calling thread. Throws <see cref="ContentException"/> with ReadFailed.</summary>
    public static UdevMonitor Begin()
    {
        try
        {
            var udev = LibUdev.New();
            var monitor = udev == 0 ? 0 : LibUdev.NewMonitor(udev, "udev");
            if (monitor != 0 && LibUdev.OnlySubsystem(monitor, "block", null) >= 0 && LibUdev.EnableReceiving(monitor) >= 0)
            {
                // Refused to whoever may not raise the limit; the default then has to do, and what is lost is looked for.
                _ = LibUdev.SetReceiveBuffer(monitor, ReceiveBuffer);
                return new UdevMonitor(udev, monitor);
            }
            var error = LibC.LastError();
            if (monitor != 0)
                LibUdev.ReleaseMonitor(monitor);
            if (udev != 0)
                LibUdev.Release(udev);
            throw new ContentException(Reasons.ReadFailed, $"udev cannot be listened to: {error}. Set media.sources to systemd, or give the agent the right to open netlink sockets.");
        }
        catch (DllNotFoundException e)
        {
            throw new ContentException(Reasons.ReadFailed, "udev cannot be listened to: there is no libudev.so.1. Install libudev, or set media.sources to systemd.", e);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _wake.Wake();
        _thread.Join();
        _ = LibUdev.ReleaseMonitor(_monitor);
        _ = LibUdev.Release(_udev);
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            var descriptor = LibUdev.Descriptor(_monitor);
            while (!_stop.IsCancellationRequested)
            {
                if (!Receive())
                    _wake.Sleep(descriptor, WakeDescriptor.Readable, -1);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop while the reader was slow.
        }
        _events.Writer.TryComplete();
    }

    /// <summary>Passes the next event on; false when there is none yet.</summary>
    private bool Receive()
    {
        var device = LibUdev.Receive(_monitor);
        if (device == 0)
        {
            var lost = Marshal.GetLastPInvokeError() == LibC.ENOBUFS;
            if (lost)
                Pass(null);
            return lost;
        }
        var told = UdevEvent.Parse(LibUdev.PropertiesOf(device));
        LibUdev.ReleaseDevice(device);
        if (told is not null)
            Pass(told);
        return true;
    }

    private void Pass(UdevEvent? told)
    {
        if (!_events.Writer.TryWrite(told))
            _events.Writer.WriteAsync(told, _stop.Token).AsTask().GetAwaiter().GetResult();
    }
}
