using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>Steps 3 and 4 of <see cref="SupervisorMachine"/>: until every node has every image, and what may be done then.</summary>
internal sealed class SupervisorCarrying(SupervisorRound round)
{
    public void Decide()
    {
        var bundle = round.Bundle!;
        if (Condemned(bundle) is var (node, medium) && medium is not null)
        {
            round.Refuse(
                medium.Reason,
                $"{medium.Name} in node {node} cannot be trusted: {medium.Message} Write the bundle to a medium again and insert that.",
                ViewOf(bundle, node));
            return;
        }

        new SupervisorPlans(round).Follow(bundle);
        var notReady = round.NotReady(bundle);
        if (notReady.Count > 0)
        {
            var sources = round.State.Plans.Where(p => p.Value.MediumId.Length > 0).Select(p => p.Key).ToList();
            var source = sources.FirstOrDefault();
            var done = round.Members().Any(r => SupervisorLateNodes.HasAll(r, bundle));
            var silent = round.Silent();
            var (reason, message) = (source, done) switch
            {
                (null, false) when silent.Count > 0 => ("Waiting", $"Waiting for the agent of {Names(silent)}. If that node stays away, insert the medium with OpenShift {bundle.Version}, or a copy of it, into another."),
                (null, false) => (Reasons.WaitingForMedium, WhyNoMedium(bundle) + $"Insert the medium with OpenShift {bundle.Version} again, or a copy of it, into any node."),
                (_, true) => ("", $"All of OpenShift {bundle.Version} has been read; waiting for {Names(notReady)}. The medium can be removed."),
                _ when sources.TrueForAll(IsFull) => (Reasons.NoSpace, $"Nobody gets on before there is room in node {source}, whose medium with OpenShift {bundle.Version} is read, or that medium is put into another node. {round.State.Reports[source!].Message}"),
                _ when sources.TrueForAll(round.State.Trust.LeftOut.Contains) => (Reasons.HolderLeftOut, $"Put the medium with OpenShift {bundle.Version} into another node. " + round.State.Trust.Against(source)),
                _ when sources.Count > 1 => ("", $"Carrying OpenShift {bundle.Version} from nodes {string.Join(" and ", sources)} to all nodes. Do not remove the media."),
                _ => ("", $"Carrying OpenShift {bundle.Version} from node {source} to all nodes. Do not remove the medium.{PaceIn(source!)}"),
            };
            round.Turn(Phase.Carrying, reason, message, ViewOf(bundle, source ?? round.Status.Bundle!.Source));
        }
        else if (round.Status.Phase == Phase.Carrying)
        {
            round.Turn(Phase.Loaded, "", $"OpenShift {bundle.Version} is loaded on all nodes. The medium can be removed.", round.Status.Bundle);
            round.Record(new UpgradeEvent(false, "Loaded", $"All {round.State.Nodes!.Count} nodes have all {bundle.Images} images of {bundle.Version}."));
        }
        else if (round.State.Version?.DesiredImage == bundle.Release)
        {
            round.Turn(Phase.Upgrading, "", $"The cluster version operator was asked for OpenShift {bundle.Version}.", round.Status.Bundle);
        }
        else if (new SupervisorGate(round).Passes(bundle))
        {
            round.Turn(Phase.Upgrading, "", $"The cluster version operator is asked for OpenShift {bundle.Version}.", round.Status.Bundle);
            if (round.State.Verdict is { Signature: { Reason: { } why } unsigned })
                round.Record(new UpgradeEvent(true, why, $"{unsigned.Sentence} It is used because spec.trust.allowUnsigned says so."));
            round.Record(new UpgradeEvent(false, "UpgradeRequested", $"The cluster version operator is asked for {bundle.Release}."));
        }
    }

    private string PaceIn(string node) => round.State.Reports[node].Media.Select(medium => medium.Pace).FirstOrDefault(pace => pace is not null) is { } pace ? $" It is read at {pace}." : "";

    private bool IsFull(string node) => round.State.Reports[node] is { Reason: Reasons.NoSpace, Extracted: false };

    private string WhyNoMedium(BundleFacts bundle) =>
        round.Members().SelectMany(r => r.Media.Select(m => (r.Node, Medium: m))).FirstOrDefault(m => m.Medium.Bundle?.Commitment == bundle.Commitment) is { Medium: { } bad } found
            ? $"{bad.Name} in node {found.Node} cannot be read: {bad.Message} "
            : "";

    // A medium with wrong bytes condemns the bundle unless another medium with the same bundle is there to supply them.
    private (string Node, MediumReport? Medium) Condemned(BundleFacts bundle)
    {
        var media = round.Members().SelectMany(r => r.Media.Select(m => (r.Node, Medium: m))).Where(m => m.Medium.Bundle?.Commitment == bundle.Commitment).ToList();
        return media.Any(m => m.Medium.Usable)
            ? default
            : media.FirstOrDefault(m => m.Medium.Reason is Reasons.DigestMismatch or Reasons.SizeMismatch or Reasons.InvalidBundle or Reasons.LimitExceeded) is var bad
                ? (bad.Node, bad.Medium)
                : default;
    }
}
