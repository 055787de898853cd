namespace Handcarry.Actors.Protocol.Journal;

/// <summary>An image is in the staging area.</summary>
/// <param name="Generation">Whose staging area.</param>
/// <param name="Image">Its index in the inventory's images.</param>
public sealed record ImageImported(string Generation, int Image) : IWireMessage;
