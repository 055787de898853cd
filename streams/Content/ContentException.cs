namespace Handcarry.Streams.Content;

/// <summary>
/// Content that is not what it should be, or cannot be kept. <see cref="Reason"/> is one of <see cref="Reasons"/>: the same word in
/// status, event, log, metric and exit code; the message is a sentence for the person who can act.
/// </summary>
public sealed class ContentException : Exception
{
    /// <summary>Makes one with its reason word and sentence.</summary>
    public ContentException(string reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The stable reason word.</summary>
    public string Reason { get; }

    /// <summary>The blob concerned, when there is one.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Where in the medium, file or blob, in bytes from its start, when known.</summary>
    public long? Offset { get; init; }

    /// <summary>
    /// Bytes from <see cref="Offset"/> on that a medium does not give, when what lies behind them can still be had by seeking there; null when reading is at
    /// its end.
    /// </summary>
    public long? Unreadable { get; init; }
}
