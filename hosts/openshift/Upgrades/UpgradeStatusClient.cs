using System.Runtime.CompilerServices;
using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using Handcarry.Hosts.OpenShift.Upgrades.Spec;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>
/// <see cref="IUpgradeStatus"/> on <c>handcarry.dev/v1alpha1</c> BundleUpgrade <c>cluster</c>. One supervisor uses it: what
/// <see cref="ReadAsync"/> saw is what the next <see cref="WriteAsync"/> is guarded by.
/// </summary>
public sealed class UpgradeStatusClient : IUpgradeStatus, IDisposable
{
    private const int Tries = 5;

    private readonly ApiServer _api;
    private readonly WatchTiming _timing;
    private readonly ObjectWatch<UpgradeSpec> _watch;
    private readonly UpgradeEvents _events;

    private BundleUpgrade? _known;

    /// <summary>Nothing is sent yet.</summary>
    /// <param name="api">The server.</param>
    /// <param name="node">The node this supervisor runs on: who reports the events.</param>
    /// <param name="timing">The times of the watch; the defaults when not given.</param>
    public UpgradeStatusClient(ApiServer api, string node, WatchTiming? timing = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentException.ThrowIfNullOrEmpty(node);
        _api = api;
        _timing = timing ?? new WatchTiming();
        _watch = new ObjectWatch<UpgradeSpec>(api, BundleUpgrade.Collection, BundleUpgrade.Name, SpecMapping.Read, _timing);
        _events = new UpgradeEvents(api, node);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<UpgradeSpec> WatchSpecAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UpgradeSpec? last = null;
        await foreach (var objects in _watch.SnapshotsAsync(cancellationToken))
        {
            if (objects is [])
                await CreateUntilThereAsync(cancellationToken);
            if (objects is not [var spec, ..] || spec == last)
                continue;
            last = spec;
            yield return spec;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<UpgradeStatus?> ReadAsync(CancellationToken cancellationToken)
    {
        var upgrade = await GetOrCreateAsync(cancellationToken);
        try
        {
            var status = StatusMapping.FromObject(upgrade.Status);
            Volatile.Write(ref _known, upgrade);
            return status;
        }
        catch (FormatException e)
        {
            throw new ApiUnavailableException($"{e.Message} Let an agent of that version be the supervisor, or update this one.", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(UpgradeStatus status, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(fence);
        var known = Volatile.Read(ref _known)
            ?? throw new StaleWriteException("The status of BundleUpgrade/cluster has not been read since somebody else wrote it; read it first.");
        var update = new BundleUpgrade
        {
            Metadata = new() { Name = BundleUpgrade.Name, ResourceVersion = known.Metadata.ResourceVersion, Uid = known.Metadata.Uid },
            Status = StatusMapping.ToObject(status, known.Status, _api.Time.GetUtcNow()),
        };
        Guard.Held(fence, "write the status of BundleUpgrade/cluster");
        try
        {
            Volatile.Write(ref _known, await _api.ReplaceAsync($"{BundleUpgrade.Path}/status", update, cancellationToken));
        }
        catch (StaleWriteException)
        {
            Volatile.Write(ref _known, null);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask RecordAsync(UpgradeEvent upgradeEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upgradeEvent);
        for (var retried = false; ; retried = true)
        {
            try
            {
                var about = Volatile.Read(ref _known) ?? await GetOrCreateAsync(cancellationToken);
                await _events.RecordAsync(upgradeEvent, about.Metadata.Uid, cancellationToken);
                return;
            }
            catch (Exception e) when (e is ApiUnavailableException or StaleWriteException)
            {
                if (retried)
                    return;
            }
            await Task.Delay(_timing.Pause(1), _api.Time, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    private async ValueTask CreateUntilThereAsync(CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await GetOrCreateAsync(cancellationToken);
                return;
            }
            catch (ApiUnavailableException)
            {
                await Task.Delay(_timing.Pause(failures), _api.Time, cancellationToken);
            }
        }
    }

    private async ValueTask<BundleUpgrade> GetOrCreateAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var upgrade = await _api.GetAsync<BundleUpgrade>(BundleUpgrade.Path, cancellationToken)
                ?? await _api.CreateAsync(BundleUpgrade.Collection, new BundleUpgrade { Spec = [] }, cancellationToken);
            if (upgrade is not null)
                return upgrade;
        }
        throw new ApiUnavailableException("BundleUpgrade/cluster is created and deleted again and again; it will be asked for again.");
    }
}
