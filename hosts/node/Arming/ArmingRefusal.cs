namespace Handcarry.Hosts.Node.Arming;

/// <summary>Why a host is not armed.</summary>
/// <param name="Reason">One of <see cref="ArmingReasons"/>.</param>
/// <param name="Sentence">What is wrong, and what an administrator can do.</param>
public sealed record ArmingRefusal(string Reason, string Sentence);
