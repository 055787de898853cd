namespace Handcarry.Streams.Registry;

/// <summary>Limits of what peers may push at the same time.</summary>
public sealed record UploadOptions
{
    /// <summary>Sessions, 1 or more.</summary>
    public int MostSessions { get; init; } = 64;

    /// <summary>Bytes of all sessions that have not ended, as they lie on the disk; 1 or more.</summary>
    public long MostBytes { get; init; } = 32L << 30;

    /// <summary>A session that no request uses for so long ends.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);
}
