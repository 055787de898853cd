using System.Runtime.CompilerServices;
using Handcarry.Actors.Cluster;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IClusterVersion"/>. It never does anything by itself: a test tells what the operator shows.</summary>
public sealed class InMemoryClusterVersion(InMemoryApi api) : IClusterVersion
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IReadOnlyList<byte[]>> _signatures = [];
    private readonly List<(string Image, string Version)> _requests = [];
    private ClusterVersionView _view = new("", "", "", true, null, null, null, null);
    private (string Image, string Version, bool Force) _desired = ("", "", false);

    /// <summary>What the object shows now.</summary>
    public ClusterVersionView View
    {
        get
        {
            lock (_lock)
                return _view;
        }
    }

    /// <summary>What is desired, by whomever.</summary>
    public (string Image, string Version, bool Force) Desired
    {
        get
        {
            lock (_lock)
                return _desired;
        }
    }

    /// <summary>The requests that changed something, in order.</summary>
    public IReadOnlyList<(string Image, string Version)> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>The signatures put for each release digest.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<byte[]>> Signatures
    {
        get
        {
            lock (_lock)
                return new Dictionary<string, IReadOnlyList<byte[]>>(_signatures);
        }
    }

    /// <summary>The operator shows something else.</summary>
    public void Show(Func<ClusterVersionView, ClusterVersionView> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_lock)
            _view = change(_view);
        api.Change();
    }

    /// <summary>Somebody else desires something.</summary>
    public void Desire(string image, string version, bool force)
    {
        lock (_lock)
        {
            _desired = (image, version, force);
            _view = _view with { DesiredImage = image, Observed = false };
        }
        api.Change();
    }

    /// <summary>An administrator wants a bundle, in the proposal's form; null takes it back.</summary>
    public void Wish(DesiredBundle? wish)
    {
        lock (_lock)
            _view = _view with { Wish = wish, Observed = false };
        api.Change();
    }

    public async IAsyncEnumerable<ClusterVersionView?> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        ClusterVersionView? last = null;
        while (true)
        {
            var changed = api.Changed;
            var view = api.Away ? null : View;
            if (first || view != last)
            {
                (first, last) = (false, view);
                yield return view;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask PutSignaturesAsync(string releaseDigest, IReadOnlyList<byte[]> signatures, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        _ = Digest.Parse(releaseDigest);
        if (signatures.Count == 0)
            return ValueTask.CompletedTask;
        api.Enter(cancellationToken);
        lock (_lock)
            _signatures[releaseDigest] = [.. signatures];
        api.Change();
        return ValueTask.CompletedTask;
    }

    public ValueTask RequestUpgradeAsync(string image, string version, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        ArgumentException.ThrowIfNullOrEmpty(version);
        api.Enter(cancellationToken);
        if (Desired == (image, version, false))
            return ValueTask.CompletedTask;
        if (View.Wish is { Hold: true })
            throw new StaleWriteException("The administrator has just set spec.desiredUpdate.hold of ClusterVersion/version.");
        InMemoryApi.Guard(fence);
        if (api.Conflicts())
            throw new StaleWriteException("Somebody else has changed what ClusterVersion/version should do.");
        lock (_lock)
            _requests.Add((image, version));
        Desire(image, version, false);
        return ValueTask.CompletedTask;
    }

    public ValueTask WithdrawUpgradeAsync(string image, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(image);
        api.Enter(cancellationToken);
        if (Desired.Image != image || View.Head?.Image == image)
            return ValueTask.CompletedTask;
        InMemoryApi.Guard(fence);
        if (api.Conflicts())
            throw new StaleWriteException("Somebody else has changed what ClusterVersion/version should do.");
        Desire("", "", false);
        return ValueTask.CompletedTask;
    }
}
