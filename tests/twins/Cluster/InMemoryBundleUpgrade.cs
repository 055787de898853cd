using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>The object <c>BundleUpgrade/cluster</c> and its events, as the API keeps them for all <see cref="InMemoryUpgradeStatus"/>.</summary>
public sealed class InMemoryBundleUpgrade(InMemoryApi api)
{
    private readonly Lock _lock = new();
    private readonly List<UpgradeEvent> _events = [];
    private Stored? _stored;

    /// <summary>The spec, null while the object is not there.</summary>
    public UpgradeSpec? Spec => Now()?.Spec;

    /// <summary>The status last written.</summary>
    public UpgradeStatus? Status => Now()?.Status;

    /// <summary>The events recorded, in order.</summary>
    public IReadOnlyList<UpgradeEvent> Events
    {
        get
        {
            lock (_lock)
                return [.. _events];
        }
    }

    internal InMemoryApi Api { get; } = api;

    /// <summary>The administrator changes the spec; the object is created when missing.</summary>
    public void SetSpec(bool hold, string digest = "") => SetSpec(new UpgradeSpec(hold, digest, 0));

    /// <summary>The same; the generation is counted here.</summary>
    public void SetSpec(UpgradeSpec spec) => Store(now => new Stored(
        Api.Change(), spec with { Generation = (now?.Spec.Generation ?? 0) + 1 }, now?.Status));

    /// <summary>Somebody writes the object without changing what it says.</summary>
    public void Touch() => Store(now => now is null ? null : now with { Version = Api.Change() });

    /// <summary>Somebody deletes it.</summary>
    public void Delete() => Store(_ => null);

    internal Stored? Now()
    {
        lock (_lock)
            return _stored;
    }

    internal Stored GetOrCreate()
    {
        Store(now => now ?? new Stored(Api.Change(), new UpgradeSpec(false, "", 1), null));
        return Now()!;
    }

    /// <summary>The new version, or null when <paramref name="version"/> is not the current one.</summary>
    internal long? Write(long version, UpgradeStatus status)
    {
        long? written = null;
        Store(now =>
        {
            if (now?.Version != version)
                return now;
            written = Api.Change();
            return now with { Version = written.Value, Status = status };
        });
        return written;
    }

    internal void Add(UpgradeEvent said)
    {
        lock (_lock)
            _events.Add(said);
    }

    private void Store(Func<Stored?, Stored?> change)
    {
        lock (_lock)
            _stored = change(_stored);
        Api.Change();
    }

    internal sealed record Stored(long Version, UpgradeSpec Spec, UpgradeStatus? Status);
}
