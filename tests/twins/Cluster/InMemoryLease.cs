using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>The record that <see cref="InMemoryFence"/>s compete for.</summary>
public sealed class InMemoryLease(InMemoryApi api)
{
    internal Lock Lock { get; } = new();

    internal InMemoryApi Api { get; } = api;

    /// <summary>Grows with each write.</summary>
    internal long Version { get; set; }

    /// <summary>Who holds it; empty for nobody.</summary>
    public string Holder { get; internal set; } = "";
}
