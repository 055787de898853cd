namespace Handcarry.Actors.Cluster;

/// <summary>The images that workloads could lack; those that are on their nodes and not pulled always are not among them.</summary>
/// <param name="Images">Each once, in ordinal order of workload and image.</param>
/// <param name="At">When they were read; null when they are not read in this cluster.</param>
/// <param name="Unknown">Why they could not be read; empty when they were.</param>
public sealed record WorkloadFacts(IReadOnlyList<WorkloadImage> Images, DateTimeOffset? At, string Unknown = "")
{
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan UnknownLasting = TimeSpan.FromMinutes(1);

    /// <summary>Of a cluster where they are not read.</summary>
    public static WorkloadFacts None { get; } = new([], null);

    /// <summary>Whether they should be read anew while a bundle is being judged.</summary>
    public bool IsStale(DateTimeOffset? now) => At is { } at && now - at > (Unknown.Length > 0 ? UnknownLasting : Lasting);
}
