using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>
/// The API object as deploy/crd/bundleupgrades.yaml defines it. Every member may be absent when read: the server omits what is empty and
/// prunes what its definition does not know.
/// </summary>
internal sealed record BundleUpgrade
{
    public const string Group = "handcarry.dev/v1alpha1";
    public const string KindName = "BundleUpgrade";
    public const string Name = "cluster";
    public const string Collection = $"/apis/{Group}/bundleupgrades";
    public const string Path = $"{Collection}/{Name}";

    // What has a default can be set: generated serializers give every init-only member a value, the default of its type when it is absent.
    public string ApiVersion { get; set; } = Group;

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new() { Name = Name };

    /// <summary>The administrator's: written only when the object is created, read by <see cref="Spec.SpecReading"/>.</summary>
    public JsonObject? Spec { get; init; }

    public StatusPart? Status { get; init; }

    public sealed record StatusPart
    {
        public string? Phase { get; init; }

        public string? Reason { get; init; }

        public string? Message { get; init; }

        public BundlePart? Bundle { get; init; }

        public long Epoch { get; init; }

        public string? NodesReady { get; init; }

        public IReadOnlyList<NodePart>? Nodes { get; init; }

        public IReadOnlyList<FindingPart>? Findings { get; init; }

        public int FindingsTotal { get; init; }

        public DateTime? StartedTime { get; init; }

        public IReadOnlyList<UpgradeConditionPart>? Conditions { get; init; }

        public IReadOnlyList<HistoryPart>? History { get; init; }

        public long ObservedGeneration { get; init; }

        public DateTime? LastUpdateTime { get; init; }

        /// <summary>What a newer version has written, kept as it is.</summary>
        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Others { get; set; }
    }

    public sealed record UpgradeConditionPart
    {
        public string? Type { get; init; }

        public string? Status { get; init; }

        public long ObservedGeneration { get; init; }

        public string? Reason { get; init; }

        public string? Message { get; init; }

        public DateTime? LastTransitionTime { get; init; }
    }

    public sealed record FindingPart
    {
        public string? Severity { get; init; }

        public string? Reason { get; init; }

        public string? Subject { get; init; }

        public string? Message { get; init; }
    }

    public sealed record HistoryPart
    {
        public string? State { get; init; }

        public string? Version { get; init; }

        public string? Release { get; init; }

        public string? Commitment { get; init; }

        public string? Reason { get; init; }

        public string? Message { get; init; }

        public DateTime? StartedTime { get; init; }

        public DateTime? CompletionTime { get; init; }
    }

    public sealed record BundlePart
    {
        public string? Commitment { get; init; }

        public long InventorySize { get; init; }

        public string? Version { get; init; }

        public string? Arch { get; init; }

        public string? Release { get; init; }

        public long Size { get; init; }

        public long UnpackedSize { get; init; }

        public int Images { get; init; }

        public string? Source { get; init; }

        public bool? Vouched { get; init; }
    }

    public sealed record NodePart
    {
        public string? Name { get; init; }

        public string? Stage { get; init; }

        public long BytesHeld { get; init; }

        public int ImagesLoaded { get; init; }

        public string? Reason { get; init; }

        public string? Message { get; init; }

        public IReadOnlyList<ConditionPart>? Conditions { get; init; }
    }

    public sealed record ConditionPart
    {
        public string? Type { get; init; }

        public string? Status { get; init; }

        public string? Reason { get; init; }

        public string? Message { get; init; }

        public DateTime? LastTransitionTime { get; init; }
    }
}
