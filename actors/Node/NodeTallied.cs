using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>What <see cref="NodeTally"/> has counted until a moment. All counts are of this process and never shrink.</summary>
public sealed record NodeTallied
{
    /// <summary>The node's stage.</summary>
    public Stage Stage { get; init; } = Stage.Waiting;

    /// <summary>How long it was in each stage; every stage is there.</summary>
    public ImmutableDictionary<Stage, TimeSpan> InStage { get; init; } = Enum.GetValues<Stage>().ToImmutableDictionary(stage => stage, _ => TimeSpan.Zero);

    /// <summary>The bundle it works on, or whose images it has; null for none.</summary>
    public BundleFacts? Bundle { get; init; }

    /// <summary>What the agent reported last; null until it has.</summary>
    public NodeReport? Report { get; init; }

    /// <summary>Blobs that were verified and kept; those that were here when the agent started are not among them.</summary>
    public long StoredBlobs { get; init; }

    /// <summary>Their bytes.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Images that were imported one by one; those of a sealed store come together and are not among them.</summary>
    public long Imports { get; init; }

    /// <summary>Blobs, and proofs of sealed stores, that were refused for their bytes, by <see cref="NodeTally.Sources"/>.</summary>
    public ImmutableDictionary<string, long> RejectedBlobs { get; init; } = Zeros(NodeTally.Sources);

    /// <summary>The bytes that those blobs should have had.</summary>
    public ImmutableDictionary<string, long> RejectedBytes { get; init; } = Zeros(NodeTally.Sources);

    /// <summary>How many of them did not hash to their digest; the others had another size.</summary>
    public ImmutableDictionary<string, long> Mismatches { get; init; } = Zeros(NodeTally.Sources);

    /// <summary>What failed and was, or is, tried again, by <see cref="NodeTally.Matters"/>.</summary>
    public ImmutableDictionary<string, long> Retries { get; init; } = Zeros(NodeTally.Matters);

    /// <summary>Failures to read or write the journal. The process ends after one.</summary>
    public long JournalErrors { get; init; }

    private static ImmutableDictionary<string, long> Zeros(IEnumerable<string> keys) => keys.ToImmutableDictionary(key => key, _ => 0L, StringComparer.Ordinal);
}
