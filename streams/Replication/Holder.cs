namespace Handcarry.Streams.Replication;

/// <summary>A node that has a blob, or is just getting it.</summary>
/// <param name="Node">The node's name, for messages.</param>
/// <param name="Endpoint">Its data plane, such as <c>https://192.0.2.7:9241</c>.</param>
public sealed record Holder(string Node, Uri Endpoint)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Node} ({Endpoint.Authority})";
}
