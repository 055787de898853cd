using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>A device open for reading, of which it was made sure that it is still the one that was announced.</summary>
internal sealed class InsertedDevice : IDisposable
{
    private readonly BlockDeviceFacts _facts;

    private InsertedDevice(BlockDeviceFacts facts, SafeFileHandle handle) => (_facts, Handle) = (facts, handle);

    public SafeFileHandle Handle { get; }

    /// <summary>Opens it and has the kernel refuse all writes to it.</summary>
    /// <exception cref="ContentException"><see cref="DeviceReasons.DeviceChanged"/>, <see cref="Reasons.ReadFailed"/>.</exception>
    public static InsertedDevice Open(BlockDeviceFacts facts)
    {
        var descriptor = LibC.Open(facts.Node, LibC.ReadOnly | LibC.CloseOnExec | LibC.NoFollow);
        if (descriptor < 0)
        {
            throw Marshal.GetLastPInvokeError() switch
            {
                LibC.ENOENT or LibC.ENXIO or LibC.ENODEV or LibC.ENOMEDIUM => Changed(facts),
                var error => new ContentException(Reasons.ReadFailed, $"{facts.Node} cannot be opened: {LibC.Describe(error)}. Insert it again, or try another port."),
            };
        }
        var device = new InsertedDevice(facts, new SafeFileHandle(descriptor, ownsHandle: true));
        try
        {
            device.MakeSure();
            // Only root may, as only root may mount; without it, what is open for reading still writes nothing.
            _ = BlockDevice.SetReadOnly(device.Handle);
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Throws unless the same medium is still there.</summary>
    /// <exception cref="ContentException"><see cref="DeviceReasons.DeviceChanged"/>.</exception>
    public void MakeSure()
    {
        var same = FileStatus.Of(Handle) is { IsBlockDevice: true } status && (status.DeviceMajor, status.DeviceMinor) == (_facts.Major, _facts.Minor)
            && BlockDevice.Size(Handle) == _facts.Size
            && (_facts.DiskSequence is not { } announced || BlockDevice.DiskSequence(Handle) is not { } now || announced == now);
        if (!same)
            throw Changed(_facts);
    }

    /// <summary>Whether it is still plugged in, with the same medium in it.</summary>
    public bool IsThere(string sysRoot) =>
        BlockDevice.Size(Handle) == _facts.Size
        && (_facts.DiskSequence is not { } announced || BlockDevice.DiskSequence(Handle) is not { } now || announced == now)
        && Directory.Exists(Path.Combine(sysRoot, $"dev/block/{_facts.Major}:{_facts.Minor}"));

    public void Dispose() => Handle.Dispose();

    private static ContentException Changed(BlockDeviceFacts facts) =>
        new(DeviceReasons.DeviceChanged, $"{facts.Node} is not the medium any more that was inserted: it was pulled out or exchanged. Insert it again.");
}
