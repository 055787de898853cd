using Handcarry.Actors.Protocol;
using Handcarry.Streams.Content;
using static Handcarry.Actors.Cluster.SupervisorRound;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Whether what runs in the cluster would start again when its node has rebooted. An image of the bundle always does: it is pinned, and the mirror
/// on the node answers for its digest, also for pull policy Always (reference/openshift.md sections 3.4 and 4.2).
/// </summary>
internal static class JudgeWorkloads
{
    private const int MostListed = 20;

    public static IEnumerable<Finding> Findings(BundleFacts bundle, WorkloadFacts workloads)
    {
        if (workloads.Unknown.Length > 0)
            yield return new Finding("WorkloadsUnknown", $"What runs in the cluster could not be looked at: {Sentence(workloads.Unknown)}", "See yourself whether pods have pull policy Always, or images that are not on their nodes.", Severity.Warning);
        var carried = bundle.ImageDigests.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var lacking = workloads.Images.Where(image => !(ImageName.TryParse(image.Image, out var name) && carried.Contains(name.Digest.Hex[..BundleFacts.DigestDigits]))).ToList();
        if (Names(lacking.Where(image => image.Always)) is { Count: > 0 } always)
            yield return new Finding("PullPolicyAlways", $"Workloads with pull policy Always need a registry when their pods start anew: {Listed(always)}.", "Set imagePullPolicy to IfNotPresent, or add the images to the bundle.", Severity.Warning);
        if (Names(lacking.Where(image => !image.Always && !image.Here)) is { Count: > 0 } absent)
            yield return new Finding("ImageNotHere", $"Workloads have images that are neither in the bundle nor on the node: {Listed(absent)}.", "Add the images to the bundle, or leave these workloads as they are.", Severity.Warning);
    }

    private static List<string> Names(IEnumerable<WorkloadImage> images) => [.. images.Select(image => image.Workload).Distinct(StringComparer.Ordinal)];

    private static string Listed(List<string> names) =>
        string.Join(", ", names.Take(MostListed)) + (names.Count > MostListed ? $" and {names.Count - MostListed} more ({names.Count} in all)" : "");
}
