using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>How far the pull of a bundle's images is.</summary>
/// <param name="Done">Images that the runtime has, or that have failed.</param>
/// <param name="Total">Images in all.</param>
/// <param name="Last">The one that was finished last.</param>
public sealed record PullProgress(int Done, int Total, ImageName Last);
