namespace Handcarry.Actors.Protocol;

/// <summary>What a node has against another from which it drew: blobs that did not have the bytes of their digest.</summary>
/// <param name="Holder">Name of the node that sent them.</param>
/// <param name="Incarnation">Its incarnation (<see cref="Peer.Incarnation"/>); what an agent did before it was started again is forgiven.</param>
/// <param name="Times">How many blobs were refused, 1 or more.</param>
/// <param name="Reason">Reason word of the last one: DigestMismatch or SizeMismatch.</param>
/// <param name="Message">One sentence for that, with the digest.</param>
public sealed record HolderComplaint(string Holder, long Incarnation, int Times, string Reason, string Message);
