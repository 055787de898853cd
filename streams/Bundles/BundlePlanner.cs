using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Decides the order of a bundle. Manifests, configurations and signatures come first, since they are small and say what everything
/// else is. Then layers, so that images become complete as soon as they can: the release image, then always the image that lacks the
/// fewest bytes, counting layers already planned as there. Ties go by name. A sealed store comes last: its size is known last. Pure; the
/// order of its input has no influence.
/// </summary>
public static class BundlePlanner
{
    /// <summary>Plans a bundle.</summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.InvalidBundle"/>: contents that contradict themselves, such as one digest with two sizes.
    /// </exception>
    public static BundlePlan Plan(BundleContents contents)
    {
        var images = Sorted(contents.Images);
        var attachments = contents.Attachments.DistinctBy(static a => (a.Subject, a.Manifest.Digest))
            .OrderBy(static a => a.Subject.ToString(), StringComparer.Ordinal).ThenBy(static a => a.Manifest.Digest).ToList();
        var signatures = contents.Signatures.Concat(attachments.SelectMany(AllBlobs)).OrderBy(static s => s.Digest).ToList();
        var known = new Dictionary<Digest, Descriptor>();
        foreach (var blob in images.SelectMany(AllBlobs).Concat(signatures))
            known[blob.Digest] = known.TryGetValue(blob.Digest, out var other) ? Agreed(blob, other) : blob;
        var extra = contents.Extra.Distinct().OrderBy(static name => name.ToString(), StringComparer.Ordinal).ToList();
        CheckNames(contents, images, extra);

        // Images that a manifest or config completes have no layers; they too are in the order of completion.
        var order = CompletionOrder(images, contents.Release, LayersOf(images, known));
        var blobs = new List<Descriptor>(known.Count);
        var indexes = new Dictionary<Digest, int>(known.Count);
        foreach (var blob in order.SelectMany(static i => i.Manifests)
                     .Concat(order.SelectMany(static i => i.Configs))
                     .Concat(signatures)
                     .Concat(order.SelectMany(image => image.Layers.OrderBy(static l => l.Size).ThenBy(static l => l.Digest))))
        {
            if (indexes.TryAdd(blob.Digest, blobs.Count))
                blobs.Add(known[blob.Digest]);
        }
        if (contents.SealedStore is { } store)
            blobs.Add(indexes.TryAdd(store.Digest, blobs.Count) ? store : throw Invalid($"The sealed store {store.Digest} is also another blob."));
        return new BundlePlan(
            contents with
            {
                Images = order,
                Extra = extra,
                Attachments = attachments,
                Previous = [.. contents.Previous.Distinct().Order(StringComparer.Ordinal)],
                Channels = [.. contents.Channels.Distinct().Order(StringComparer.Ordinal)],
            },
            blobs,
            [.. order.Select(image => new InventoryImage(
                image.Name.ToString(), indexes[image.Name.Digest], [.. AllBlobs(image).Select(b => indexes[b.Digest]).Distinct().Order()]))],
            [.. contents.Signatures.Select(s => indexes[s.Digest]).Distinct().Order()],
            [.. attachments.Select(a => new InventoryAttachment(
                a.Subject.ToString(), indexes[a.Manifest.Digest], [.. AllBlobs(a).Select(b => indexes[b.Digest]).Distinct().Order()]))]);
    }

    private static List<BundleImage> Sorted(IReadOnlyList<BundleImage> images)
    {
        var byName = new SortedDictionary<string, BundleImage>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            if (image.Manifests.Count == 0 || image.Manifests[0].Digest != image.Name.Digest)
                throw Invalid($"The first manifest of {image.Name} is not the one that its name says.");
            // The lists of manifests and configs have an order of their own only by their first element.
            var sorted = image with
            {
                Manifests = [image.Manifests[0], .. image.Manifests.Skip(1).OrderBy(static m => m.Digest)],
                Configs = [.. image.Configs.OrderBy(static c => c.Digest)],
            };
            if (byName.TryGetValue(image.Name.ToString(), out var other)
                && !AllBlobs(other).Select(static b => b.Digest).ToHashSet().SetEquals(AllBlobs(sorted).Select(static b => b.Digest)))
                throw Invalid($"{image.Name} is there twice, with different blobs.");
            byName[image.Name.ToString()] = sorted;
        }
        return [.. byName.Values];
    }

    private static void CheckNames(BundleContents contents, List<BundleImage> images, List<ImageName> extra)
    {
        var names = images.Select(static image => image.Name).ToHashSet();
        if (!names.Contains(contents.Release))
            throw Invalid($"The release image {contents.Release} is not among the images.");
        if ((contents.SealedStore is null) != (contents.Store == StoreKind.Layers))
            throw Invalid($"Its images are to be carried as {contents.Store}, but there is {(contents.SealedStore is null ? "no" : "a")} sealed store.");
        if (extra.FirstOrDefault(name => !names.Contains(name) || name == contents.Release) is { } stray)
            throw Invalid($"The extra image {stray} is not among the images, or is the release image.");
    }

    // Per image its layers that are nothing else as well, each once.
    private static List<Descriptor>[] LayersOf(List<BundleImage> images, Dictionary<Digest, Descriptor> known)
    {
        var early = images.SelectMany(static i => i.Manifests.Concat(i.Configs)).Select(static d => d.Digest).ToHashSet();
        return [.. images.Select(image =>
            image.Layers.Select(static l => l.Digest).Distinct().Where(d => !early.Contains(d)).Select(d => known[d]).ToList())];
    }

    private static List<BundleImage> CompletionOrder(List<BundleImage> images, ImageName release, List<Descriptor>[] layers)
    {
        var users = new Dictionary<Digest, List<int>>();
        var missing = new long[images.Count];
        for (var i = 0; i < images.Count; i++)
        {
            foreach (var layer in layers[i])
            {
                missing[i] += layer.Size;
                if (!users.TryGetValue(layer.Digest, out var list))
                    users[layer.Digest] = list = [];
                list.Add(i);
            }
        }
        var waiting = new SortedSet<(long Missing, int Image)>(Enumerable.Range(0, images.Count).Select(i => (missing[i], i)));
        var order = new List<BundleImage>(images.Count);
        var next = images.FindIndex(image => image.Name == release);
        while (waiting.Remove((missing[next], next)))
        {
            order.Add(images[next]);
            foreach (var layer in layers[next])
            {
                // A layer that is planned is missing nowhere any more.
                if (!users.Remove(layer.Digest, out var others))
                    continue;
                foreach (var other in others)
                {
                    var waits = waiting.Remove((missing[other], other));
                    missing[other] -= layer.Size;
                    if (waits)
                        waiting.Add((missing[other], other));
                }
            }
            if (waiting.Count > 0)
                next = waiting.Min.Image;
        }
        return order;
    }

    // One blob may be an OCI layer to one manifest and a Docker layer to another; of two media types the smaller one stands.
    private static Descriptor Agreed(Descriptor a, Descriptor b)
    {
        if (a.Size != b.Size)
            throw Invalid($"Blob {a.Digest} is said to have {a.Size} and {b.Size} bytes.");
        return string.CompareOrdinal(a.MediaType, b.MediaType) <= 0 ? a : b;
    }

    private static IEnumerable<Descriptor> AllBlobs(BundleAttachment attachment) => [attachment.Manifest, .. attachment.Blobs];

    private static IEnumerable<Descriptor> AllBlobs(BundleImage image) => image.Manifests.Concat(image.Configs).Concat(image.Layers);

    private static ContentException Invalid(string message) => new(Reasons.InvalidBundle, message);
}
