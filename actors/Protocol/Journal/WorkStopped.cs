namespace Handcarry.Actors.Protocol.Journal;

/// <summary>The bundle was given up; nothing of it was published.</summary>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Epoch">The decision's epoch.</param>
public sealed record WorkStopped(string Commitment, long Epoch) : IWireMessage;
