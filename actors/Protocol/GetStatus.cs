namespace Handcarry.Actors.Protocol;

/// <summary>Asks for the state of the whole upgrade; answered by <see cref="StatusReply"/>.</summary>
public sealed record GetStatus : IWireMessage;
