namespace Handcarry.Actors.Protocol.Journal;

/// <summary>The store of <paramref name="Generation"/> is published and every image of the bundle was found in it.</summary>
/// <param name="Generation">The store.</param>
public sealed record StorePublished(string Generation) : IWireMessage;
