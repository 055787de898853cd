using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// What the supervisor does about what happened. Carried out in order; when a status write is refused, nothing that follows is done:
/// the nodes must not hear of a decision that did not become the truth.
/// </summary>
public abstract record SupervisorEffect
{
    private SupervisorEffect()
    {
    }

    /// <summary>What to say when it fails, but for why; null where nobody but the log needs to know.</summary>
    internal string? WhatFailed => this switch
    {
        AskUpgrade => "The upgrade could not be asked for",
        RenewAgents => "The agents could not be renewed",
        Prepare => "The cluster could not be prepared for the upgrade",
        VerifyRelease => "The signature of the release could not be verified",
        WithdrawUpgrade => "The request for the upgrade could not be withdrawn",
        _ => null,
    };

    /// <summary>Write the status. Not <paramref name="Urgent"/>: only bytes or stages moved on, once a second is enough.</summary>
    public sealed record WriteStatus(UpgradeStatus Status, bool Urgent) : SupervisorEffect;

    /// <summary>Record a Kubernetes Event.</summary>
    public sealed record Record(UpgradeEvent Event) : SupervisorEffect;

    /// <summary>Tell a node its plan.</summary>
    public sealed record SendPlan(string Node, CarryPlan Plan) : SupervisorEffect;

    /// <summary>Tell a node to stop.</summary>
    public sealed record SendStop(string Node, StopWork Stop) : SupervisorEffect;

    /// <summary>Tell a node to take the digest of a bundle's file.</summary>
    public sealed record SendTakeDigest(string Node, TakeDigest Order) : SupervisorEffect;

    /// <summary>Tell a node that the cluster runs the version.</summary>
    public sealed record SendFinish(string Node, FinishWork Finish) : SupervisorEffect;

    /// <summary>Pause what replaces, adds and removes machines.</summary>
    public sealed record PauseUpkeep(int Nodes) : SupervisorEffect;

    /// <summary>Put back what was there before the pause.</summary>
    public sealed record ResumeUpkeep : SupervisorEffect;

    /// <summary>Read what runs in the cluster.</summary>
    public sealed record ReadWorkloads : SupervisorEffect;

    /// <summary>Verify the release's signatures with the cluster's keys.</summary>
    public sealed record VerifyRelease(BundleView Bundle, TrustSpec Trust) : SupervisorEffect;

    /// <summary>Take back the request for the release, unless the operator has begun to apply it.</summary>
    public sealed record WithdrawUpgrade(BundleView Bundle) : SupervisorEffect;

    /// <summary>Put the release's signatures in place, and have the cluster keep its images on these nodes.</summary>
    public sealed record Prepare(BundleView Bundle, IReadOnlyList<string> Nodes) : SupervisorEffect;

    /// <summary>Have the cluster let go of the images of every bundle but this, which it runs.</summary>
    public sealed record KeepPins(string Commitment) : SupervisorEffect;

    /// <summary>Have the cluster let go of the images of this bundle, which is not used.</summary>
    public sealed record DropPins(string Commitment) : SupervisorEffect;

    /// <summary>Renew the agents with the one that the bundle carries, or see how far that is; null only to see.</summary>
    /// <param name="Bundle">The bundle that the cluster runs.</param>
    /// <param name="Back">Whether an agent that is not ready now is set back.</param>
    public sealed record RenewAgents(BundleView? Bundle, bool Back) : SupervisorEffect;

    /// <summary>Ask the cluster version operator for the release. Never with force.</summary>
    public sealed record AskUpgrade(BundleView Bundle) : SupervisorEffect;
}
