using System.Collections.Frozen;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>
/// What a registry says of the blobs of some bundles: which of them are manifests, which repositories there are and what is tagged in
/// them. Made once from inventories, which the commitments of their bundles vouch for; never changed.
/// </summary>
/// <remarks>
/// A repository is known by its path alone, <c>openshift-release-dev/ocp-release</c>, because runtimes put the mirror's host in the place
/// of the original one. Images have no tags in a bundle; the tags are those of signatures, <see cref="BundleAttachment.TagOf"/>.
/// </remarks>
public sealed class RegistryCatalogue
{
    private readonly FrozenSet<Digest> _manifests;
    private readonly FrozenDictionary<string, SortedList<string, Digest>> _repositories;
    private readonly ILookup<Digest, Digest> _attachments;

    /// <summary>Makes one of any number of bundles. Where two tag differently, the later one counts.</summary>
    /// <param name="bundles">Inventories that keep the rules of the format (<see cref="InventoryRules"/>).</param>
    public RegistryCatalogue(params IEnumerable<BundleInventory> bundles)
    {
        ArgumentNullException.ThrowIfNull(bundles);
        var manifests = new HashSet<Digest>();
        var repositories = new Dictionary<string, SortedList<string, Digest>>(StringComparer.Ordinal);
        var attachments = new HashSet<(Digest Subject, Digest Manifest)>();
        foreach (var bundle in bundles)
        {
            manifests.UnionWith(bundle.Blobs.Where(static blob => IsManifest(blob.MediaType)).Select(static blob => blob.Digest));
            foreach (var image in bundle.Images)
                TagsOf(repositories, ImageName.Parse(image.Name));
            foreach (var attachment in bundle.Attachments)
            {
                var (subject, manifest) = (ImageName.Parse(attachment.Subject), bundle.Blobs[attachment.Manifest].Digest);
                TagsOf(repositories, subject)[BundleAttachment.TagOf(subject.Digest)] = manifest;
                attachments.Add((subject.Digest, manifest));
            }
        }

        _manifests = manifests.ToFrozenSet();
        _repositories = repositories.ToFrozenDictionary(StringComparer.Ordinal);
        _attachments = attachments.ToLookup(static pair => pair.Subject, static pair => pair.Manifest);
    }

    /// <summary>Knows nothing.</summary>
    public static RegistryCatalogue Empty { get; } = new([]);

    /// <summary>Whether the blob with this digest is a manifest or a list of manifests. It need not be here yet.</summary>
    public bool IsManifest(Digest digest) => _manifests.Contains(digest);

    /// <summary>The tags of a repository in ordinal order with the manifests they name, possibly none; null when no bundle has it.</summary>
    public IReadOnlyDictionary<string, Digest>? FindTags(string repository) => _repositories.GetValueOrDefault(repository);

    /// <summary>The manifests of the signatures of the image, or instance of a list, with this digest, in any order.</summary>
    public IEnumerable<Digest> AttachmentsOf(Digest subject) => _attachments[subject];

    private static bool IsManifest(string mediaType) => MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType);

    private static SortedList<string, Digest> TagsOf(Dictionary<string, SortedList<string, Digest>> repositories, ImageName image)
    {
        var path = image.Repository[(image.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (!repositories.TryGetValue(path, out var tags))
            repositories.Add(path, tags = new SortedList<string, Digest>(StringComparer.Ordinal));
        return tags;
    }
}
