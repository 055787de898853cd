namespace Handcarry.Actors.Protocol;

/// <summary>The cluster runs the bundle's version: its images are those of the running release now.</summary>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Version">Its version.</param>
public sealed record FinishWork(string Commitment, string Version) : IWireMessage;
