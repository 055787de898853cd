namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>A file, or the whole of a device.</summary>
/// <param name="Number">Which part of the bundle, counted from 1; 0 for a bundle in one piece.</param>
/// <param name="Name">Name in the top folder, or an absolute path; empty for a whole device.</param>
/// <param name="Length">Bytes.</param>
public sealed record FoundPart(int Number, string Name, long Length);
