namespace Handcarry.Actors.Protocol;

/// <summary>The cluster runs the bundle's version: its images are those of the running release now.</summary>
/// <param name="Commitment">Which bundle.</param>
/// <param name="Version">Its version.</param>
public sealed record FinishWork(string Commitment, string Version) : IWireMessage
{
    /// <summary>Whether the node may let go of what it keeps for nodes that come late.</summary>
    public bool LetGo { get; init; }
}
