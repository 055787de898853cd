namespace Handcarry.Actors.Protocol;

/// <summary>Stop carrying and loading a bundle. What is verified stays; what was imported and not yet published is discarded.</summary>
/// <param name="Epoch">Number of this decision, in one row with those of <see cref="CarryPlan"/>.</param>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Reason">Reason word.</param>
public sealed record StopWork(long Epoch, string Commitment, string Reason) : IWireMessage;
