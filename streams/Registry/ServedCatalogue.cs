using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry;

/// <summary>
/// The catalogue that a node serves by now: that of the bundles it has taken up last. Requests read it while it is replaced; each sees
/// the old one or the new one, whole.
/// </summary>
public sealed class ServedCatalogue
{
    /// <summary>The release that runs and the one that comes next.</summary>
    public const int MostBundles = 2;

    private readonly Lock _gate = new();
    private readonly List<(Digest Commitment, BundleInventory Inventory)> _bundles = [];
    private volatile RegistryCatalogue _current = RegistryCatalogue.Empty;

    /// <summary>The catalogue of the bundles that have been taken up.</summary>
    public RegistryCatalogue Current => _current;

    /// <summary>Adds a bundle, for which the oldest of more than <see cref="MostBundles"/> is left out. One that is there already becomes the newest.</summary>
    /// <param name="commitment">Digest of the inventory.</param>
    /// <param name="inventory">What has been read under that digest.</param>
    public void TakeUp(Digest commitment, BundleInventory inventory)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        lock (_gate)
        {
            var known = _bundles.RemoveAll(bundle => bundle.Commitment == commitment) > 0;
            _bundles.Add((commitment, inventory));
            if (!known && _bundles.Count > MostBundles)
                _bundles.RemoveAt(0);
            _current = new RegistryCatalogue(_bundles.Select(static bundle => bundle.Inventory));
        }
    }
}
