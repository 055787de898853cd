namespace Handcarry.Hosts.Node.Devices;

/// <summary>
/// A device that is ours alone while it is open. Offsets, lengths and memory (<see cref="DirectMemory"/>) are multiples of <see cref="BlockSize"/>.
/// What fails is an <see cref="IOException"/>; a write that is not permitted, an <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface IRawDevice : IDisposable
{
    /// <summary>Smallest piece in bytes.</summary>
    int BlockSize { get; }

    /// <summary>Bytes it has.</summary>
    long Size { get; }

    /// <summary>Writes all of <paramref name="piece"/> to the device, not to a cache of the kernel's.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> piece, long offset, CancellationToken ct);

    /// <summary>Reads from the device, not from a cache of the kernel's; 0 when it has gone.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken ct);

    /// <summary>Returns when everything written would survive being pulled out; the kernel's cache of the device is empty then.</summary>
    ValueTask FlushAsync(CancellationToken ct);

    /// <summary>Has the kernel forget the partitions it knew; false when it would not.</summary>
    bool ForgetPartitions();
}
