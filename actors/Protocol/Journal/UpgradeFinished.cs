namespace Handcarry.Actors.Protocol.Journal;

/// <summary>The cluster runs the bundle's version.</summary>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Version">Its version.</param>
public sealed record UpgradeFinished(string Commitment, string Version) : IWireMessage;
