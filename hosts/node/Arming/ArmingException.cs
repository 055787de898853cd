namespace Handcarry.Hosts.Node.Arming;

/// <summary>A host is not changed, or not wholly, and why.</summary>
/// <param name="reason">One of <see cref="ArmingReasons"/>.</param>
/// <param name="message">For the person who can act.</param>
/// <param name="inner">What it comes from.</param>
public sealed class ArmingException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ArmingReasons"/>.</summary>
    public string Reason { get; } = reason;
}
