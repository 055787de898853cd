namespace Handcarry.Hosts.Node.Cri;

/// <summary>The container runtime cannot be asked, or could not do what it was asked for.</summary>
public sealed class RuntimeException : Exception
{
    /// <summary>Makes one with a word of <see cref="RuntimeReasons"/> and a sentence that says what to do.</summary>
    public RuntimeException(string reason, string message, Exception? inner = null)
        : base(message, inner) => Reason = reason;

    /// <summary>The stable reason word.</summary>
    public string Reason { get; }
}
