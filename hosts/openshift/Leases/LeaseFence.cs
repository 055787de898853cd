using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Api;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Leases;

/// <summary>
/// <see cref="IFence"/> on a <c>coordination.k8s.io/v1</c> Lease. Another's lease is taken when its holder is blank, or when this machine
/// itself has seen the record unchanged for the whole duration written in it (the rule of client-go's leaderelection: clocks of two
/// machines are never compared). The own lease is believed in for four fifths of the duration, counted from before the write that
/// took or renewed it was sent, so that the belief ends before anybody else may take it.
/// </summary>
public sealed class LeaseFence : IFence, IDisposable
{
    private const double Belief = 0.8;

    /// <summary>A write can also lose against somebody who edits the lease without taking it: look again once.</summary>
    private const int Tries = 2;

    private readonly ApiServer _api;
    private readonly string _collection;
    private readonly string _name;
    private readonly string _holder;
    private readonly TimeSpan _duration;
    private readonly SemaphoreSlim _gate = new(1, 1);

    private Record? _seen;
    private long _seenAt;
    private Held? _held;

    /// <summary>Nothing is sent yet.</summary>
    /// <param name="api">The server.</param>
    /// <param name="space">Namespace of the lease; it must exist.</param>
    /// <param name="name">Name of the lease; it is created when missing.</param>
    /// <param name="holder">Who holds it: the node's name. Whoever comes back under the same name still holds what it held.</param>
    /// <param name="duration">Whole seconds that others wait for a holder that has gone silent; 15 when not given.</param>
    public LeaseFence(ApiServer api, string space, string name, string holder, TimeSpan? duration = null)
    {
        ArgumentNullException.ThrowIfNull(api);
        ArgumentException.ThrowIfNullOrEmpty(space);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(holder);
        _api = api;
        _collection = $"/apis/coordination.k8s.io/v1/namespaces/{space}/leases";
        _name = name;
        _holder = holder;
        _duration = duration ?? TimeSpan.FromSeconds(15);
        ArgumentOutOfRangeException.ThrowIfLessThan(_duration, TimeSpan.FromSeconds(1), nameof(duration));
    }

    /// <inheritdoc/>
    public bool IsHeld => Volatile.Read(ref _held) is { } held && _api.Time.GetElapsedTime(held.Since) < _duration * Belief;

    /// <inheritdoc/>
    public TimeSpan RenewEvery => _duration / 3;

    /// <summary>Two tries must fit between a renewal and the end of belief.</summary>
    private TimeSpan Within => _duration / 5;

    /// <inheritdoc/>
    public async ValueTask<bool> TryHoldAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 0; tries < Tries; tries++)
            {
                var lease = await _api.GetAsync<V1Lease>($"{_collection}/{_name}", cancellationToken, Within);
                if (lease?.Spec is { } spec && !MayTake(spec))
                    break;
                var since = _api.Time.GetTimestamp();
                if (!await WriteAsync(lease, cancellationToken))
                    continue;
                Volatile.Write(ref _held, new Held(since));
                return true;
            }
            Volatile.Write(ref _held, null);
            return false;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<string> HolderAsync(CancellationToken cancellationToken) =>
        (await _api.GetAsync<V1Lease>($"{_collection}/{_name}", cancellationToken, Within))?.Spec?.HolderIdentity ?? "";

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Volatile.Write(ref _held, null);
            var lease = await _api.GetAsync<V1Lease>($"{_collection}/{_name}", cancellationToken, Within);
            if (lease?.Spec?.HolderIdentity != _holder)
                return;
            lease.Spec.HolderIdentity = null;
            lease.Spec.RenewTime = MicroTime.Of(_api.Time.GetUtcNow());
            await _api.ReplaceAsync($"{_collection}/{_name}", lease, cancellationToken, Within);
        }
        catch (StaleWriteException)
        {
            // Somebody else has just taken or deleted it: it is not ours to give back any more.
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private bool MayTake(V1LeaseSpec spec)
    {
        var record = new Record(spec.HolderIdentity, spec.AcquireTime, spec.RenewTime, spec.LeaseTransitions, spec.LeaseDurationSeconds);
        if (record != _seen)
            (_seen, _seenAt) = (record, _api.Time.GetTimestamp());
        if (string.IsNullOrEmpty(spec.HolderIdentity) || spec.HolderIdentity == _holder)
            return true;
        var promised = spec.LeaseDurationSeconds is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : _duration;
        return _api.Time.GetElapsedTime(_seenAt) >= promised;
    }

    private async ValueTask<bool> WriteAsync(V1Lease? lease, CancellationToken cancellationToken)
    {
        var now = MicroTime.Of(_api.Time.GetUtcNow());
        var spec = lease?.Spec ?? new V1LeaseSpec();
        if (spec.HolderIdentity != _holder)
        {
            spec.LeaseTransitions = lease is null ? 0 : (spec.LeaseTransitions ?? 0) + 1;
            spec.AcquireTime = now;
            spec.HolderIdentity = _holder;
        }
        spec.RenewTime = now;
        spec.LeaseDurationSeconds = (int)Math.Ceiling(_duration.TotalSeconds);
        try
        {
            if (lease is null)
            {
                lease = new V1Lease
                {
                    ApiVersion = "coordination.k8s.io/v1",
                    Kind = "Lease",
                    Metadata = new V1ObjectMeta { Name = _name },
                    Spec = spec,
                };
                return await _api.CreateAsync(_collection, lease, cancellationToken, Within) is not null;
            }
            lease.Spec = spec;
            await _api.ReplaceAsync($"{_collection}/{_name}", lease, cancellationToken, Within);
            return true;
        }
        catch (StaleWriteException)
        {
            // Another candidate was faster; the next try sees whom the lease belongs to.
            return false;
        }
    }

    /// <summary>What a holder changes when it renews; compared, never interpreted.</summary>
    private sealed record Record(string? Holder, DateTime? Acquired, DateTime? Renewed, int? Transitions, int? Seconds);

    /// <summary>A reference, so that it is read and replaced in one step.</summary>
    private sealed record Held(long Since);
}
