namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>A token, and when it ends where that is known.</summary>
/// <param name="Text">The token. Never shown.</param>
/// <param name="Until">When it ends; null when nobody says.</param>
public sealed record BearerToken(string Text, DateTimeOffset? Until = null)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => $"token until {Until}";
}
