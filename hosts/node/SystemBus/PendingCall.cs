using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.SystemBus;

/// <summary>A call that waits for its reply, on the thread of its bus.</summary>
internal sealed class PendingCall(Action<BusMessage> replied, Action<Exception> failed)
{
    public GCHandle Handle { get; set; }

    public nint Slot { get; set; }

    /// <summary>Passes the reply or the error on and lets go of what sd-bus had of us.</summary>
    public void Complete(BusMessage reply, BusException? error)
    {
        try
        {
            if (error is null)
                replied(reply);
            else
                failed(error);
        }
        catch (BusException e)
        {
            failed(e);
        }
        LibSystemd.ReleaseSlot(Slot); // sd_bus_slot_unref takes a null pointer too
        Handle.Free();
    }
}
