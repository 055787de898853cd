using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>Compares the records of images, and the documents beside them, with the images of the bundle; and the chains of their layers with the configurations.</summary>
internal sealed class ImagesProof(StoreFolder store, StoreProofOptions options, Findings findings)
{
    private const string ImagesFile = "overlay-images/images.json", LayersFile = "overlay-layers/layers.json";

    // c/storage writes a list of signatures for every manifest, empty when there are none.
    private const string SignaturePrefix = "signature-";

    private readonly Dictionary<string, LayerRecord> _layers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _needed = new(StringComparer.Ordinal);

    /// <summary>The layers of the store, whether needed or not, and what the records of images name.</summary>
    public (IReadOnlyDictionary<string, LayerRecord> Layers, IReadOnlyList<ImageRecord> Images) Run(IReadOnlyList<ExpectedImage> expected)
    {
        var images = Read(ImagesFile, StoreRecords.Images);
        foreach (var layer in Read(LayersFile, StoreRecords.Layers))
        {
            if (!_layers.TryAdd(layer.Id, layer))
                findings.Add(Reasons.StoreDamaged, LayersFile, $"Layer {layer.Id} is recorded twice.", layer: layer.DiffId);
        }
        var byId = expected.GroupBy(static image => image.ConfigDigest.Hex).ToDictionary(static group => group.Key, static group => group.ToList(), StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var image in images)
        {
            if (!found.Add(image.Id))
                findings.Add(Reasons.StoreDamaged, ImagesFile, $"Image {image.Id} is recorded twice.");
            else if (byId.TryGetValue(image.Id, out var group))
                Compare(image, group);
            else
                findings.Add(Reasons.StoreContentUnexpected, ImagesFile, $"Image {image.Id} ({string.Join(", ", image.Names.Select(StoreText.Show))}) is recorded, but is none of the bundle's.");
        }
        foreach (var image in expected.Where(image => !found.Contains(image.ConfigDigest.Hex)))
            findings.Add(Reasons.StoreImageMissing, ImagesFile, $"Image {image.Name} is not recorded.", image.Name);
        foreach (var layer in _layers.Values.Where(layer => !_needed.Contains(layer.Id)))
            findings.Add(Reasons.StoreContentUnexpected, LayersFile, $"Layer {layer.Id} is recorded, but no image of the bundle has it.", layer: layer.DiffId);
        return (_layers, images);
    }

    /// <param name="record">What is recorded.</param>
    /// <param name="group">The images of the bundle with this configuration: more than one when a release has it under several names or manifests.</param>
    private void Compare(ImageRecord record, List<ExpectedImage> group)
    {
        var allowed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var image in group)
        {
            allowed.Add($"{image.Name.Repository}@{image.ManifestDigest}");
            allowed.Add(image.Name.ToString());
            if (!record.Names.Contains(image.Name.ToString()))
                findings.Add(Reasons.StoreImageMissing, ImagesFile, $"Image {image.Name} is recorded, but not under this name: the runtime would not find it.", image.Name);
        }
        foreach (var name in record.Names.Where(name => !allowed.Contains(name)))
            findings.Add(Reasons.StoreContentUnexpected, ImagesFile, $"Image {group[0].Name} is recorded under the name {StoreText.Show(name)} too, which the bundle does not have.", group[0].Name);
        CompareDocuments(record, group);
        CompareLayers(record, group[0]);
    }

    private void CompareDocuments(ImageRecord record, List<ExpectedImage> group)
    {
        var name = group[0].Name;
        var expected = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { [group[0].ConfigDigest.ToString()] = group[0].Config };
        foreach (var image in group)
        {
            expected[$"manifest-{image.ManifestDigest}"] = image.Manifest;
            expected[$"{SignaturePrefix}{image.ManifestDigest.Hex}"] = default;
            if (image.List is { } list)
                expected[$"manifest-{image.Name.Digest}"] = list;
        }
        // "manifest" is the one of the last import; the record's digest is its own or that of the list it came from.
        var last = record.Documents.GetValueOrDefault("manifest").Digest;
        expected["manifest"] = (group.Find(image => image.ManifestDigest == last) ?? group[0]).Manifest;
        if (!group.Exists(image => record.Digest == image.ManifestDigest || record.Digest == image.Name.Digest))
            findings.Add(Reasons.StoreImageMismatch, ImagesFile, $"Image {name} is recorded with the manifest {record.Digest}, which is not the bundle's.", name);

        foreach (var missing in expected.Keys.Where(key => !key.StartsWith(SignaturePrefix, StringComparison.Ordinal) && !record.Documents.ContainsKey(key)))
            findings.Add(Reasons.StoreImageMismatch, ImagesFile, $"Image {name} is recorded without its {missing}.", name);
        foreach (var (document, claim) in record.Documents)
        {
            var path = $"overlay-images/{record.Id}/{DocumentName.FileOf(document)}";
            if (!expected.TryGetValue(document, out var bytes))
                findings.Add(Reasons.StoreContentUnexpected, path, $"Image {name} has a document {StoreText.Show(document)}, which the bundle does not have.", name);
            else if (claim != (Digest.Of(bytes.Span), bytes.Length) || !IsFile(path, bytes))
                findings.Add(Reasons.StoreImageMismatch, path, $"Image {name}: its {document} is not the bundle's, byte for byte.", name);
        }
    }

    private void CompareLayers(ImageRecord record, ExpectedImage image)
    {
        var chain = new List<LayerRecord>();
        for (var id = record.Layer; id is not null; id = chain[^1].Parent)
        {
            if (chain.Count > image.DiffIds.Count || !_layers.TryGetValue(id, out var layer))
            {
                findings.Add(Reasons.StoreImageMismatch, LayersFile, $"Image {image.Name}: its chain of layers {(_layers.ContainsKey(id) ? "is longer than its configuration says" : $"breaks off at layer {id}")}.", image.Name);
                break;
            }
            chain.Add(layer);
            _needed.Add(id);
        }
        chain.Reverse();
        if (!chain.Select(static layer => layer.DiffId).SequenceEqual(image.DiffIds))
            findings.Add(Reasons.StoreImageMismatch, LayersFile, $"Image {image.Name}: its layers are not those of its configuration, in their order.", image.Name);
    }

    private IReadOnlyList<T> Read<T>(string path, Func<byte[], IReadOnlyList<T>> parse)
    {
        try
        {
            return parse(StoreFile.Read(store, path, options.MaxRecordBytes));
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            findings.Add(Reasons.StoreDamaged, path, $"The records in {path} cannot be read: {e.Message}.");
            return [];
        }
    }

    private bool IsFile(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return StoreFile.Read(store, path, bytes.Length).AsSpan().SequenceEqual(bytes.Span);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return false;
        }
    }
}
