using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Media;

/// <summary>A medium, where it is, and what is in it as far as the kernel knows.</summary>
internal sealed record FoundMedium(string Path, MediumKey Key, Medium Medium);
