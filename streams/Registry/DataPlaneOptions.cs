using System.Net;
using Handcarry.Streams.Replication;

namespace Handcarry.Streams.Registry;

/// <summary>Where and within which limits the data plane listens.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>Address and port to listen on; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>
    /// Most connections at once, 1 or more; the rest wait to be turned away. In a chain a node serves one successor with a few draws at
    /// a time; after faults several may turn to one holder.
    /// </summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>How long transfers may go on when the server is stopped, before their connections are cut.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes of blobs a second all peers together are sent by the data plane; null: as many as they take. The node's own container tools are not held back.</summary>
    public RateLimit? Sending { get; init; }
}
