namespace Handcarry.Streams.Replication;

/// <summary>How blobs are drawn.</summary>
public sealed record DrawOptions
{
    /// <summary>
    /// How many blobs are begun, received or made durable at a time, 1 or more; 8 by default, so that a link does not wait while small ones are synced. When each of them asks its
    /// holder is for the <see cref="DrawWindow"/> to say.
    /// </summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>How many requests wait their turn before an offer is refused or has to wait, 1 or more; 32 by default.</summary>
    public int Waiting { get; init; } = 32;

    /// <summary>How long a holder may be silent, from the request to its answer or from one byte to the next; 30 s by default.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes per buffer, one buffer per running draw; 256 KiB by default.</summary>
    public int BufferSize { get; init; } = 256 << 10;
}
