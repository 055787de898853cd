using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Release;

/// <summary>
/// Makes a small release with the structure of a genuine one (reference/openshift.md section 1): no registry, no container, no network.
/// </summary>
internal static class ReleaseMaker
{
    private const string PayloadRepository = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";
    private const string ReleaseRepository = "quay.io/openshift-release-dev/ocp-release";

    /// <summary>Makes it into <paramref name="folder"/>.</summary>
    /// <param name="options">What to make.</param>
    /// <param name="folder">Where its blobs go.</param>
    /// <param name="busybox">The statically linked program in every image.</param>
    /// <param name="cancellationToken">Ends it between two layers.</param>
    public static MadeRelease Make(ReleaseOptions options, string folder, ReadOnlyMemory<byte> busybox, CancellationToken cancellationToken) =>
        Make(options, ReleasePlan.For(options.Validated()), (layer, name, target) => LayerContent.Fill(layer, name, options.Seed, target), folder, busybox, cancellationToken);

    /// <summary>Makes one of another plan or content.</summary>
    /// <param name="options">Version and architecture.</param>
    /// <param name="plan">Its images and layers.</param>
    /// <param name="fill">Adds the content of a layer, given its name and compressed size; on any thread.</param>
    /// <param name="folder">Where its blobs go.</param>
    /// <param name="busybox">The statically linked program in every image.</param>
    /// <param name="cancellationToken">Ends it between two layers.</param>
    public static MadeRelease Make(
        ReleaseOptions options, ReleasePlan plan, Action<LayerWriter, string, long> fill, string folder, ReadOnlyMemory<byte> busybox, CancellationToken cancellationToken)
    {
        var blobs = new BlobFolder(folder);
        var layers = new ConcurrentDictionary<string, Layer> { [ReleasePlan.Base] = Write(blobs, layer => LayerContent.Base(layer, busybox)) };

        // Largest first, so that the last layers to finish are small ones.
        var work = plan.Shared
            .Select(shared => (Name: shared.Key, Size: shared.Value, Image: (PlannedImage?)null))
            .Concat(plan.Images.Select(image => (Name: image.Tag, Size: image.OwnSize, Image: (PlannedImage?)image)))
            .OrderByDescending(static item => item.Size);
        Parallel.ForEach(
            Partitioner.Create(work, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            item => layers[item.Name] = Write(blobs, layer =>
            {
                if (item.Image is { } image)
                    AddOwnFiles(layer, image, options);
                fill(layer, item.Name, item.Size);
            }));

        var writer = new ImageWriter(blobs, PayloadRepository);
        var payload = plan.Images.Select(image => WritePayloadImage(writer, image, layers, options)).ToList();
        return new MadeRelease(options, blobs, WriteReleaseImage(blobs, payload, options), payload);
    }

    private static void AddOwnFiles(LayerWriter layer, PlannedImage image, ReleaseOptions options)
    {
        if (image.Tag == MadeRelease.ProgramTag)
            layer.File(MadeRelease.Program[1..], $"#!/bin/sh\necho \"{MadeRelease.OutputOf(options)}\"\n", 0b111_101_101);
        if (image.Tag != ReleasePlan.OperatorTag)
            return;
        layer.Directory("manifests");
        layer.File("manifests/0000_00_cluster-version-operator_00_namespace.yaml", ReleaseManifests.OperatorManifest("openshift-cluster-version"));
    }

    private static MadeImage WritePayloadImage(
        ImageWriter writer, PlannedImage image, ConcurrentDictionary<string, Layer> layers, ReleaseOptions options)
    {
        Layer[] stack = [.. image.Shared.Select(name => layers[name]), layers[image.Tag]];
        var labels = new JsonObject { ["io.openshift.build.name"] = image.Tag };
        if (image.Tag == ReleasePlan.OperatorTag)
            labels["io.openshift.release.operator"] = "true";
        var made = writer.Write(image.Tag, options.GoArch, stack, image.Docker, labels);
        if (!image.List)
            return made;
        var other = options.GoArch == "arm64" ? "amd64" : "arm64";
        return writer.WriteList(
            image.Tag, (options.GoArch, made), (other, writer.Write(image.Tag, other, stack, image.Docker, labels)));
    }

    // The operator's image and one layer more, as `oc adm release new` makes it.
    private static MadeImage WriteReleaseImage(BlobFolder blobs, List<MadeImage> payload, ReleaseOptions options)
    {
        var operatorImage = payload.Single(static image => image.Tag == ReleasePlan.OperatorTag);
        var last = Write(blobs, layer =>
        {
            layer.Directory("release-manifests", 0b111_111_111);
            layer.File("release-manifests/image-references", ReleaseManifests.ImageReferences(options, payload), 0b100_100_100);
            layer.File("release-manifests/release-metadata", ReleaseManifests.Metadata(options), 0b100_100_100);
            layer.File(
                "release-manifests/0000_50_handcarry-lab_00_namespace.yaml", ReleaseManifests.OperatorManifest("handcarry-lab"), 0b100_100_100);
        });
        var labels = new JsonObject
        {
            ["io.openshift.release"] = options.Version,
            ["io.openshift.release.base-image-digest"] = operatorImage.Name.Digest.ToString(),
        };
        return new ImageWriter(blobs, ReleaseRepository)
            .Write("release", options.GoArch, [.. operatorImage.Layers, last], docker: true, labels);
    }

    private static Layer Write(BlobFolder blobs, Action<LayerWriter> fill)
    {
        using var layer = new LayerWriter(blobs);
        fill(layer);
        return layer.Finish();
    }
}
