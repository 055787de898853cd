using Handcarry.Streams.Content;
using Handcarry.Streams.Releases;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>
/// Holds the images of a bundle against its inventory, once its blobs have been verified:
/// <list type="number">
/// <item>what the manifests of an image name is in its entry, with the same size; of a list some instances may be left out, but not all;</item>
/// <item>a sealed store stands for layers; every other layer must be there and be what the configuration says when it is decompressed;</item>
/// <item>sigstore signatures are complete, and of an image that is here;</item>
/// <item><c>unpackedSize</c> is true.</item>
/// </list>
/// What depends on a blob that is damaged is not judged: the blob has been reported.
/// </summary>
internal sealed class ImageRules
{
    private const int MostNested = 3;
    private const int MaxConfig = 8 << 20;

    private readonly BundleFile _bundle;
    private readonly BundleFindings _findings;
    private readonly Dictionary<Digest, int> _indexes;
    private readonly Dictionary<int, UnpackedLayer> _unpacked = [];
    private readonly HashSet<Digest> _manifests = [];
    private readonly HashSet<int> _layers = [];
    private readonly Dictionary<string, int> _left = new(StringComparer.Ordinal);
    private bool _allLayersKnown = true;

    public ImageRules(BundleFile bundle, BundleFindings findings)
    {
        _bundle = bundle;
        _findings = findings;
        _indexes = bundle.Inventory.Blobs.Select(static (blob, i) => (blob.Digest, i)).ToDictionary();
    }

    private BundleInventory Inventory => _bundle.Inventory;

    public async Task CheckAsync()
    {
        foreach (var (index, task) in _findings.Unpacked)
        {
            var layer = await task;
            if (layer.Failure is { } failure)
                _findings.Add(failure.Reason, failure.Message, index, _findings.ImageOf(index));
            else
                _unpacked[index] = layer;
        }
        foreach (var image in Inventory.Images)
            CheckManifest(new Owner(image.Name, image.Blobs.ToHashSet()), image.Manifest, 0);
        foreach (var attachment in Inventory.Attachments)
            CheckAttachment(attachment);
        CheckUnpackedSize();
        if (_left.Count > 0)
            _findings.Notes.Add($"Not all instances of all lists are here. Left out: {string.Join(", ", _left.OrderBy(static l => l.Key, StringComparer.Ordinal).Select(static l => $"{l.Key} ({l.Value})"))}.");
    }

    private void CheckManifest(Owner owner, int blob, int depth)
    {
        _manifests.Add(Inventory.Blobs[blob].Digest);
        Judge(owner, blob, () =>
        {
            var bytes = _bundle.Read(blob, ManifestJson.MaxBytes);
            if (!MediaTypes.IsIndex(Inventory.Blobs[blob].MediaType))
                CheckInstance(owner, blob, ImageManifest.Parse(bytes));
            else if (depth == MostNested)
                _findings.Add(Reasons.InvalidImage, $"The lists of {owner.Name} are nested more than {MostNested} deep. Leave the image out.", blob, owner.Name);
            else
                CheckList(owner, blob, ImageIndex.Parse(bytes), depth);
        });
    }

    private void CheckList(Owner owner, int blob, ImageIndex list, int depth)
    {
        var here = list.Manifests.Where(instance => Find(owner, instance) is not null).ToList();
        if (here.Count == 0)
            _findings.Add(Reasons.InvalidImage, $"Of the list {owner.Name} no instance is here. Build the bundle again.", blob, owner.Name);
        foreach (var instance in here)
        {
            CheckSize(owner, instance);
            CheckManifest(owner, _indexes[instance.Digest], depth + 1);
        }
        foreach (var instance in list.Manifests.Except(here))
        {
            var platform = instance.Platform is { } p ? string.Join('/', new[] { p.Os, p.Architecture, p.Variant }.Where(static part => part is not null)) : "unknown";
            _left[platform] = _left.GetValueOrDefault(platform) + 1;
        }
    }

    private void CheckInstance(Owner owner, int blob, ImageManifest manifest)
    {
        var layers = manifest.Layers.Select(layer => Find(owner, layer)).ToList();
        var sealedAway = Inventory.Store == StoreKind.Sealed;
        CheckThere(owner, blob, [manifest.Config, .. manifest.Layers.Where((_, i) => !sealedAway || layers[i] is not null)]);
        _allLayersKnown &= !layers.Contains(null);
        _layers.UnionWith(layers.OfType<int>());
        if (Find(owner, manifest.Config) is not { } configBlob)
            return;
        Judge(owner, configBlob, () =>
        {
            var diffIds = ImageConfig.Parse(_bundle.Read(configBlob, MaxConfig), owner.Name).DiffIds;
            if (diffIds.Count != layers.Count)
                _findings.Add(Reasons.InvalidImage, $"The configuration of {owner.Name} names {diffIds.Count} layers, its manifest {layers.Count}: no node could load it. Whoever published the image has to build it again.", configBlob, owner.Name);
            foreach (var (layer, diffId) in layers.Zip(diffIds))
            {
                if (layer is { } index && _unpacked.TryGetValue(index, out var unpacked) && unpacked.DiffId != diffId)
                    _findings.Add(Reasons.InvalidImage, $"Layer {Inventory.Blobs[index].Digest} of {owner.Name} is {unpacked.DiffId} when decompressed, but {diffId} in the image's configuration: no node could load it. Whoever published the image has to build it again.", index, owner.Name);
            }
        });
    }

    private void CheckAttachment(InventoryAttachment attachment)
    {
        var owner = new Owner($"the signatures of {attachment.Subject}", attachment.Blobs.ToHashSet());
        if (!_manifests.Contains(ImageName.Parse(attachment.Subject).Digest))
            _findings.Add(Reasons.InvalidBundle, $"There are signatures of {attachment.Subject}, but no such image is in the bundle. Build the bundle again.", attachment.Manifest, attachment.Subject);
        Judge(owner, attachment.Manifest, () =>
        {
            var manifest = ImageManifest.Parse(_bundle.Read(attachment.Manifest, ManifestJson.MaxBytes));
            CheckThere(owner, attachment.Manifest, [manifest.Config, .. manifest.Layers]);
        });
    }

    private void CheckThere(Owner owner, int manifest, IReadOnlyList<Descriptor> wanted)
    {
        foreach (var blob in wanted.DistinctBy(static blob => blob.Digest))
        {
            if (Find(owner, blob) is not null)
                CheckSize(owner, blob);
            else
                _findings.Add(Reasons.InvalidImage, $"{owner.Name} needs blob {blob.Digest}, which the inventory does not list for it. Build the bundle again.", manifest, owner.Name);
        }
    }

    private void CheckSize(Owner owner, Descriptor blob)
    {
        var index = _indexes[blob.Digest];
        if (Inventory.Blobs[index].Size != blob.Size)
            _findings.Add(Reasons.SizeMismatch, $"Blob {blob.Digest} has {Inventory.Blobs[index].Size} bytes, but {blob.Size} by a manifest of {owner.Name}. Whoever published the image has to build it again.", index, owner.Name);
    }

    private void CheckUnpackedSize()
    {
        if (!_allLayersKnown || !_layers.IsSubsetOf(_unpacked.Keys))
            return;
        var sum = _layers.Sum(layer => _unpacked[layer].Size);
        if (sum != Inventory.UnpackedSize)
            _findings.Add(new BundleViolation(Reasons.SizeMismatch, $"The layers have {sum} bytes when decompressed, but \"unpackedSize\" says {Inventory.UnpackedSize}. Build the bundle again.") { Offset = 0 });
    }

    private int? Find(Owner owner, Descriptor blob) => _indexes.TryGetValue(blob.Digest, out var index) && owner.Blobs.Contains(index) ? index : null;

    // What cannot be parsed is a finding, and what is damaged has been found before.
    private void Judge(Owner owner, int document, Action judge)
    {
        if (!_findings.Intact.Contains(document))
        {
            _allLayersKnown = false;
            return;
        }
        try
        {
            judge();
        }
        catch (ContentException e)
        {
            _allLayersKnown = false;
            _findings.Add(e.Reason, $"{owner.Name}: {e.Message}", document, owner.Name);
        }
    }

    /// <summary>An image, or the signatures of one, with the blobs that the inventory lists for it.</summary>
    private sealed record Owner(string Name, HashSet<int> Blobs);
}
