using Akka.Actor;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Protocol;

/// <summary>
/// What a node is to do for a bundle: read it from its own medium, or draw it from another node. Sent by the supervisor whenever a
/// node's report does not show the current epoch.
/// </summary>
/// <param name="Epoch">Number of the plan, growing; a node refuses one that is older than what it follows.</param>
/// <param name="Bundle">The bundle.</param>
/// <param name="MediumId">The medium to read, when this node is a source; else empty.</param>
/// <param name="From">Whom to draw from; null when this node reads a medium, or when nobody has anything for it yet.</param>
/// <param name="Other">From whom to draw what <paramref name="From"/> sends wrong; null when there is nobody else.</param>
/// <param name="BytesPerSecond">How many bytes a second it may draw, as its share of the site's limit, 1 or more; 0 for no limit.</param>
public sealed record CarryPlan(long Epoch, BundleFacts Bundle, string MediumId, Peer? From, Peer? Other = null, long BytesPerSecond = 0) : IWireMessage
{
    /// <summary>Whether its digests, addresses and sizes can be what they stand for. A plan for which this is false is dropped.</summary>
    public bool IsWellFormed() =>
        Digest.TryParse(Bundle.Commitment, out _)
        && Bundle is { InventorySize: > 0, Size: >= 0 }
        && BytesPerSecond >= 0
        && CanBeReached(From)
        && CanBeReached(Other);

    private static bool CanBeReached(Peer? peer) =>
        peer is null
        || (Uri.TryCreate(peer.Data, UriKind.Absolute, out var data) && data.Scheme == Uri.UriSchemeHttps
            && ActorPath.TryParseAddress(peer.Address, out _));
}
