namespace Handcarry.ClusterConfig.Tls;

/// <summary>The site's authority as it is kept where all agents of the site, and nobody else, read it.</summary>
/// <param name="Entries">PEM texts by name, see <see cref="SiteAuthority"/>.</param>
/// <param name="Version">Stands for exactly these entries; whoever replaces them names it.</param>
public sealed record KeptAuthority(IReadOnlyDictionary<string, string> Entries, string Version);
