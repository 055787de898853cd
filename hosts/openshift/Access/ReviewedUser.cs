namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>Whose a token is, as the API server says.</summary>
/// <param name="Name">User name, such as <c>system:serviceaccount:ops:carol</c>.</param>
/// <param name="Uid">Empty when there is none.</param>
/// <param name="Groups">What the user belongs to.</param>
public sealed record ReviewedUser(string Name, string Uid, IReadOnlyList<string> Groups);
