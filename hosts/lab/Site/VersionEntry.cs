namespace Handcarry.Lab.Site;

/// <summary>An entry of <c>ClusterVersion.status.history</c>.</summary>
internal sealed record VersionEntry(string Version, string State, string Image, bool Verified);
