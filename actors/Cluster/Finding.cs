namespace Handcarry.Actors.Cluster;

/// <summary>Something that speaks against using a bundle.</summary>
/// <param name="Reason">Reason word.</param>
/// <param name="Message">One sentence a technician or SRE can act on.</param>
public sealed record Finding(string Reason, string Message);
