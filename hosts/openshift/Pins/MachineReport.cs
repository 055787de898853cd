using System.Text.Json;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Pins;

/// <summary>What a node's machine config daemon says of pinned image sets, in its MachineConfigNode.</summary>
/// <param name="Node">The node, which the object is named after.</param>
/// <param name="Sets">By the set's name: the generation that is pinned (0 for none), the last that failed (0 for none), and why.</param>
/// <param name="Degraded">Message of its condition PinnedImageSetsDegraded; null while that is not True.</param>
internal sealed record MachineReport(string Node, IReadOnlyDictionary<string, (long Current, long Failed, string Error)> Sets, string? Degraded)
{
    public static MachineReport Read(JsonElement machine)
    {
        var status = machine.At("status");
        return new MachineReport(
            machine.At("metadata").TextAt("name"),
            status.At("pinnedImageSets").Items().ToDictionary(
                set => set.TextAt("name"),
                set => (set.NumberAt("currentGeneration"), set.NumberAt("lastFailedGeneration"), set.TextAt("lastFailedGenerationError")),
                StringComparer.Ordinal),
            status.At("conditions").Items().Where(c => c.TextAt("type") == "PinnedImageSetsDegraded" && c.TextAt("status") == "True").Select(c => c.TextAt("message")).FirstOrDefault());
    }
}
