namespace Handcarry.Hosts.Node.Arming;

/// <summary>What was done to a host.</summary>
/// <param name="Made">The changes that were made now.</param>
/// <param name="Left">What an earlier arming had changed, is not wanted any more, and could not be put back.</param>
public sealed record ChangesMade(IReadOnlyList<HostChange> Made, IReadOnlyList<LeftAsItIs> Left);
