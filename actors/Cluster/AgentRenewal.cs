using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Renews the agents with the one that a bundle carries, which every node has loaded with the bundle. An image is set once: what was set back, by whomever, is
/// remembered at the object and stays back, and never one of a lower version, or one that only whoever made the bundle vouches for.
/// </summary>
/// <param name="blobs">This node's blobs, which the bundle's inventory is read from.</param>
/// <param name="limits">What an inventory may be.</param>
/// <param name="fleet">What runs the agents.</param>
/// <param name="own">This agent's version, for a DaemonSet whose image does not say one.</param>
public sealed class AgentRenewal(BlobStore blobs, BundleLimits limits, IAgentFleet fleet, string own)
{
    /// <summary>Looks where it stands, and takes the next step.</summary>
    /// <param name="bundle">The bundle that the cluster runs; null only to look.</param>
    /// <param name="back">Whether the new agent has had its time, and what is not complete now is to be set back.</param>
    /// <param name="fence">The lease.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async ValueTask<AgentRollout> GoOnAsync(BundleView? bundle, bool back, IFence fence, CancellationToken cancellationToken)
    {
        try
        {
            var carried = bundle is null ? null : await CarriedAsync(bundle, cancellationToken);
            var seen = await fleet.LookAsync(cancellationToken);
            if (seen is null)
                return carried is not null && IsNewer(carried.Version, own) ? new AgentRollout(RolloutStage.NotPods, carried.Version) : new AgentRollout(RolloutStage.NothingToDo);
            if (seen.Renewed.Length > 0 && seen.Renewed == seen.Image)
                return seen.IsComplete ? Told(RolloutStage.Done, seen) : back ? await SetBackAsync(seen, fence, cancellationToken) : Told(RolloutStage.Underway, seen);
            if (carried is null)
                return new AgentRollout(RolloutStage.NothingToDo);
            if (seen.Renewed == carried.Image)
                return Told(RolloutStage.SetBack, seen);
            if (!IsNewer(carried.Version, VersionOf(seen.Image)))
                return new AgentRollout(RolloutStage.NothingToDo);
            if (!bundle!.Vouched)
                return new AgentRollout(RolloutStage.NotVouched, carried.Version);
            return await fleet.SetImageAsync(seen, carried.Image, carried.Image, fence, cancellationToken)
                ? new AgentRollout(RolloutStage.Underway, carried.Version, seen.Nodes)
                : Changed();
        }
        catch (ApiUnavailableException e)
        {
            // The rights of this version may not be installed yet; nothing else shall wait for that.
            return new AgentRollout(RolloutStage.Unknown, Message: e.Message);
        }
    }

    private async ValueTask<AgentRollout> SetBackAsync(FleetView seen, IFence fence, CancellationToken cancellationToken) =>
        seen.Before.Length > 0 && await fleet.SetImageAsync(seen, seen.Before, seen.Renewed, fence, cancellationToken) ? Told(RolloutStage.SetBack, seen) : Changed();

    // A bundle whose blobs are gone from here has nothing to renew agents with.
    private async ValueTask<AgentImage?> CarriedAsync(BundleView bundle, CancellationToken cancellationToken)
    {
        try
        {
            var inventory = await InventoryFile.ReadAsync(blobs, Digest.Parse(bundle.Commitment), limits, cancellationToken);
            return AgentImage.Among(inventory.Extra.Select(extra => inventory.Images[extra].Name));
        }
        catch (ContentException)
        {
            return null;
        }
    }

    private static AgentRollout Told(RolloutStage stage, FleetView seen) =>
        new(stage, AgentImage.Of(seen.Renewed)?.Version ?? "", seen.Nodes, seen.Ready, string.Join("; ", seen.Late));

    private static AgentRollout Changed() => new(RolloutStage.Unknown, Message: "The DaemonSet of the agents was changed by somebody else; it is looked at again.");

    // localhost/handcarry/agent:0.1.0 is what deploy/ begins with.
    private string VersionOf(string image) =>
        AgentImage.Of(image)?.Version ?? (SemanticVersion.TryParse(image.Split('@')[0].Split(':')[^1], out _) ? image.Split('@')[0].Split(':')[^1] : own);

    private static bool IsNewer(string version, string than) =>
        SemanticVersion.TryParse(version, out var carried) && SemanticVersion.TryParse(than, out var running) && carried.CompareTo(running) > 0;
}
