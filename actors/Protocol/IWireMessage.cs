namespace Handcarry.Actors.Protocol;

/// <summary>
/// Everything that crosses the wire between agents, or goes into a journal. Bound to <see cref="WireSerializer"/>; nothing else has a serializer.
/// Wire types are extend-only: members are added with a default, never renamed or removed; another meaning is another manifest. The generated reader sets a
/// member that a message lacks to null, whatever stands behind it: one with another default takes null for that (<c>init => field = value ?? ""</c>).
/// </summary>
public interface IWireMessage;
