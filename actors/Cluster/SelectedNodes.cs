using System.Collections.Immutable;

namespace Handcarry.Actors.Cluster;

/// <summary>Which of the cluster's nodes get a bundle and are waited for, by spec.nodes.selector.</summary>
internal static class SelectedNodes
{
    /// <summary>
    /// Those that the selector names, and the one that the supervisor runs on: it reads the release's signatures there. All while the spec is not known.
    /// </summary>
    public static ImmutableSortedDictionary<string, ClusterNode>? Of(SupervisorState state) => state.AllNodes is { } all
        ? state.Spec is { } spec && spec.Selector != NodeSelector.All
            ? all.Where(node => node.Name == state.Self || spec.Selector.Selects(node)).ToImmutableSortedDictionary(node => node.Name, node => node, StringComparer.Ordinal)
            : all.ToImmutableSortedDictionary(node => node.Name, node => node, StringComparer.Ordinal)
        : null;

    /// <summary>
    /// Why that choice cannot be used. The operator retrieves the release on any control plane node, which it chooses itself (reference/openshift.md section 5.3).
    /// </summary>
    public static IEnumerable<Finding> Findings(SupervisorState state) => state.AllNodes!
        .Where(node => !state.Nodes!.ContainsKey(node.Name) && node.Roles.Split(',').Any(role => role is "control-plane" or "master"))
        .Take(1)
        .Select(node => new Finding("ControlPlaneLeftOut", $"spec.nodes.selector leaves out node {node.Name} of the control plane, where the release may be retrieved.", "Have it select every control plane node."));
}
