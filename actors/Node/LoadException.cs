namespace Handcarry.Actors.Node;

/// <summary>An image could not be brought into the runtime's store.</summary>
public sealed class LoadException : Exception
{
    /// <summary>Makes one with its reason word and a sentence that names the image and says what to do.</summary>
    public LoadException(string reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The stable reason word: ImportFailed, PublishFailed, NoSpace or ToolMissing, or what the container runtime gave as its own.</summary>
    public string Reason { get; }
}
