using System.Runtime.CompilerServices;

namespace Handcarry.Hosts.Node.Devices;

/// <summary>Memory that O_DIRECT takes: it begins at a multiple of a page, and the collector does not move it (open(2), "O_DIRECT").</summary>
public static class DirectMemory
{
    private const int Alignment = 4096;

    /// <summary>Zeroed memory of <paramref name="length"/> bytes.</summary>
    public static unsafe Memory<byte> Allocate(int length)
    {
        var array = GC.AllocateArray<byte>(length + Alignment, pinned: true);
        var at = (nuint)Unsafe.AsPointer(ref array[0]);
        return array.AsMemory((int)((Alignment - (at % Alignment)) % Alignment), length);
    }
}
