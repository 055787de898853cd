using System.Buffers;

namespace Handcarry.Streams.Content;

/// <summary>
/// Where the buffers of up to 1 MiB come from, through which blobs are read and written. The runtime's shared pool keeps one of each size for every thread
/// that ever gave one back, and what waits for a disk or a socket goes on on any thread: an agent would hold more of them the longer it runs.
/// </summary>
internal static class TransferBuffers
{
    /// <summary>Most bytes of one buffer.</summary>
    public const int Largest = 1 << 20;

    private const int KeptOfEachSize = 8;

    public static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(Largest, KeptOfEachSize);
}
