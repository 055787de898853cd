using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>Whether a client may do what it wants.</summary>
/// <param name="User">Who it is; empty when that is not known.</param>
/// <param name="Reason">Empty when it may; else a word of <see cref="ClientReasons"/>.</param>
/// <param name="Message">Why not, and what to do.</param>
public sealed record AccessDecision(string User, string Reason = "", string Message = "")
{
    /// <summary>Whether it may.</summary>
    public bool Allowed => Reason.Length == 0;
}
