using System.Collections.Immutable;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Which manifests a node's registry serves under which names: those of the bundles that the node has taken up, and what peers have pushed. Blobs need no
/// entry, they are what their digest says under any name. May be used from several threads.
/// </summary>
/// <remarks>
/// The images of a bundle are found under the path of their repository, alone and with the registry's host before it, so that a mirror may be configured
/// either way: <c>quay.io/openshift-release-dev/ocp-release@sha256:...</c> is served as <c>openshift-release-dev/ocp-release</c> and as
/// <c>quay.io/openshift-release-dev/ocp-release</c>. A digest that any repository has is served by every repository, as content says what it is. Sigstore signatures
/// have their tag, see <see cref="BundleAttachment.TagOf"/>.
/// </remarks>
public sealed class RegistryIndex
{
    /// <summary>The release that runs and the one that comes next.</summary>
    public const int MostBundles = 2;

    private readonly Lock _gate = new();
    private readonly List<string> _bundles = [];
    private ImmutableSortedDictionary<string, ImmutableArray<RegistryManifest>> _sources = ImmutableSortedDictionary.Create<string, ImmutableArray<RegistryManifest>>(StringComparer.Ordinal);
    private Names _names = Names.Of([]);

    /// <summary>
    /// Serves the images of a bundle, as far as their blobs are here; with more than <see cref="MostBundles"/>, those of the oldest no longer. One that is taken up again
    /// becomes the newest.
    /// </summary>
    /// <param name="commitment">Which bundle.</param>
    /// <param name="inventory">Its inventory, verified.</param>
    public void TakeUp(Digest commitment, BundleInventory inventory)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        lock (_gate)
        {
            _bundles.Remove(commitment.ToString());
            _bundles.Add(commitment.ToString());
            Set(commitment.ToString(), ManifestsOf(inventory));
            if (_bundles.Count <= MostBundles)
                return;
            Set(_bundles[0], []);
            _bundles.RemoveAt(0);
        }
    }

    /// <summary>Whether anything can be had under this name.</summary>
    public bool Has(string repository) => _names.ByRepository.ContainsKey(repository);

    /// <summary>What a digest or a tag of a repository stands for; null when it has none of that name.</summary>
    public RegistryManifest? Find(string repository, string reference)
    {
        var names = _names;
        if (!names.ByRepository.TryGetValue(repository, out var manifests))
            return null;
        return Digest.TryParse(reference, out var digest)
            ? names.ByDigest.GetValueOrDefault(digest)
            : manifests.LastOrDefault(manifest => manifest.Tag == reference);
    }

    /// <summary>Whether a digest is that of a manifest.</summary>
    public bool IsManifest(Digest digest) => _names.ByDigest.ContainsKey(digest);

    /// <summary>The tags of a repository, in lexical order, each once.</summary>
    public IReadOnlyList<string> TagsOf(string repository) =>
        _names.ByRepository.TryGetValue(repository, out var manifests)
            ? [.. manifests.Where(static manifest => manifest.Tag is not null).Select(static manifest => manifest.Tag!).Distinct().Order(StringComparer.Ordinal)]
            : [];

    /// <summary>The manifests of a repository that may be about another: those that say so, and those that a bundle attaches to it.</summary>
    internal IReadOnlyList<RegistryManifest> ReferrersTo(string repository, Digest subject) =>
        _names.ByRepository.TryGetValue(repository, out var manifests)
            ? [.. manifests.Where(manifest => manifest.Subject == subject).DistinctBy(static manifest => manifest.Digest)]
            : [];

    /// <summary>Puts what a source has in the place of what it had.</summary>
    internal void Set(string source, ImmutableArray<RegistryManifest> manifests)
    {
        lock (_gate)
        {
            _sources = manifests.IsEmpty ? _sources.Remove(source) : _sources.SetItem(source, manifests);
            _names = Names.Of(_sources.Values.SelectMany(static all => all));
        }
    }

    private static ImmutableArray<RegistryManifest> ManifestsOf(BundleInventory inventory)
    {
        var manifests = new List<RegistryManifest>();
        foreach (var image in inventory.Images)
            Add(ImageName.Parse(image.Name), image.Blobs);
        foreach (var attachment in inventory.Attachments)
        {
            var subject = ImageName.Parse(attachment.Subject);
            Add(subject, attachment.Blobs, BundleAttachment.TagOf(subject.Digest), subject.Digest);
        }

        return [.. manifests];

        void Add(ImageName name, IReadOnlyList<int> blobs, string? tag = null, Digest? subject = null)
        {
            foreach (var blob in blobs.Select(index => inventory.Blobs[index]).Where(static blob => MediaTypes.IsManifest(blob.MediaType) || MediaTypes.IsIndex(blob.MediaType)))
            {
                var manifest = new RegistryManifest(PathOf(name), blob.Digest, blob.MediaType, tag, subject, Carried: true);
                manifests.Add(manifest);
                manifests.Add(manifest with { Repository = name.Repository });
            }
        }
    }

    private static string PathOf(ImageName name) => name.Repository[(name.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private sealed record Names(
        IReadOnlyDictionary<string, RegistryManifest[]> ByRepository,
        IReadOnlyDictionary<Digest, RegistryManifest> ByDigest)
    {
        public static Names Of(IEnumerable<RegistryManifest> manifests)
        {
            var all = manifests.ToList();
            return new Names(
                all.GroupBy(static manifest => manifest.Repository, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.ToArray(), StringComparer.Ordinal),
                all.DistinctBy(static manifest => manifest.Digest).ToDictionary(static manifest => manifest.Digest));
        }
    }
}
