using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Workloads;

/// <summary>Reads the images of a core/v1 Pod.</summary>
internal static class PodReading
{
    private static readonly string[] Lists = ["initContainers", "containers"];

    /// <summary>The image of each container; none of a pod that has ended or is about to.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="onNodes">The images that each node names, by the node's name.</param>
    public static IEnumerable<WorkloadImage> Images(JsonElement pod, IReadOnlyDictionary<string, HashSet<string>> onNodes)
    {
        var (metadata, spec, status) = (pod.At("metadata"), pod.At("spec"), pod.At("status"));
        if (status.TextAt("phase") is "Succeeded" or "Failed" || metadata.TextAt("deletionTimestamp").Length > 0)
            yield break;
        var workload = Workload(metadata);
        var node = spec.TextAt("nodeName");
        foreach (var list in Lists)
        {
            var made = status.At(list[..^1] + "Statuses").Items().Where(c => c.TextAt("imageID").Length > 0).Select(c => c.TextAt("name")).ToHashSet(StringComparer.Ordinal);
            foreach (var container in spec.At(list).Items())
            {
                var image = container.TextAt("image");
                yield return new WorkloadImage(workload, image, container.TextAt("imagePullPolicy") == "Always", made.Contains(container.TextAt("name")) || IsOn(node, image, onNodes));
            }
        }
    }

    // A pod that has no node yet may get any.
    private static bool IsOn(string node, string image, IReadOnlyDictionary<string, HashSet<string>> onNodes) =>
        node.Length == 0 ? onNodes.Values.Any(images => images.Contains(image)) : onNodes.TryGetValue(node, out var there) && there.Contains(image);

    /// <summary>A Deployment is not the owner of its pods; its ReplicaSets are, whose names end with the hash that is a label of the pods.</summary>
    private static string Workload(JsonElement metadata)
    {
        var space = metadata.TextAt("namespace");
        var owner = metadata.At("ownerReferences").Items().FirstOrDefault(reference => reference.IsTrueAt("controller"));
        var owned = owner.ValueKind == JsonValueKind.Object;
        var (kind, name) = (owned ? owner.TextAt("kind") : "Pod", (owned ? owner : metadata).TextAt("name"));
        var hash = "-" + metadata.At("labels").TextAt("pod-template-hash");
        return kind == "ReplicaSet" && hash.Length > 1 && name.EndsWith(hash, StringComparison.Ordinal)
            ? $"{space}/Deployment/{name[..^hash.Length]}"
            : $"{space}/{kind}/{name}";
    }
}
