namespace Handcarry.Hosts.Node.Arming;

/// <summary>A path that is changed, or about to be.</summary>
/// <param name="Path">Absolute path as the host sees it.</param>
/// <param name="Before">What was there before the first change; a file's bytes are kept under their digest beside the journal.</param>
/// <param name="Made">What was put there, one after the other. What is there and in neither list is somebody else's.</param>
public sealed record JournalEntry(string Path, HostState Before, IReadOnlyList<HostState> Made);
