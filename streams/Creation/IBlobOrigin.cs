using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Creation;

/// <summary>Where the blobs of a draft come from.</summary>
public interface IBlobOrigin
{
    /// <summary>Brings what the target lacks of a blob, and completes it. Several blobs may be asked for at the same time.</summary>
    /// <exception cref="ContentException">It cannot be had, or has other bytes than its digest says.</exception>
    Task FetchAsync(Descriptor blob, IBlobTarget target, CancellationToken ct);
}
