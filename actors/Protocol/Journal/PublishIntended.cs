namespace Handcarry.Actors.Protocol.Journal;

/// <summary>The published store is about to be replaced by that of <paramref name="Generation"/>. Written before the host is changed.</summary>
/// <param name="Generation">The new store.</param>
public sealed record PublishIntended(string Generation) : IWireMessage;
