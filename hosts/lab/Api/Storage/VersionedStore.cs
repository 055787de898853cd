using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Storage;

/// <summary>
/// What etcd and the watch cache are to the real server: objects by key, one version that grows with each write of anything, and a bounded
/// history per resource from which a watch can be taken up again.
/// </summary>
internal sealed class VersionedStore(int historyLength)
{
    // etcd's --max-request-bytes
    private const int MaxObjectBytes = 3 << 19;

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceType, Table> _tables = new(ReferenceEqualityComparer.Instance);

    // A new etcd does not begin at 1 either; clients must not count on small numbers.
    private long _version = 1000;

    public long Version
    {
        get
        {
            lock (_gate)
                return _version;
        }
    }

    public StoredObject? Find(ResourceType type, ObjectKey key)
    {
        lock (_gate)
            return TableOf(type).Objects.GetValueOrDefault(key);
    }

    public Snapshot List(ResourceType type, string space)
    {
        lock (_gate)
            return SnapshotOf(type, space);
    }

    /// <summary>
    /// Replaces what stands at <paramref name="key"/> by what <paramref name="change"/> makes of it: a new object, null to have none, or the very same object
    /// for no write at all. Nobody writes meanwhile.
    /// </summary>
    /// <returns>What stands there now, or what was deleted.</returns>
    public StoredObject Write(ResourceType type, ObjectKey key, Func<StoredObject?, JsonObject?> change)
    {
        lock (_gate)
        {
            var table = TableOf(type);
            var before = table.Objects.GetValueOrDefault(key);
            var after = change(before);
            if (before is not null && ReferenceEquals(after, before.Json))
                return before;
            if (after is null)
            {
                if (before is null)
                    throw new InvalidOperationException("Nothing can be deleted where nothing is.");
                return Delete(table, key, before);
            }
            var stored = new StoredObject(after, _version + 1);
            if (stored.Utf8.Length > MaxObjectBytes)
                throw ApiFailure.Storage("etcdserver: request is too large");
            _version++;
            table.Objects[key] = stored;
            Publish(table, new Change(_version, before, stored, null));
            return stored;
        }
    }

    /// <summary>
    /// A feed of all changes after <paramref name="since"/>, together with what stood there when it was opened. Null feed: the history does not reach back so far.
    /// </summary>
    public (Snapshot Now, ChangeFeed? Feed) Open(ResourceType type, string space, long? since)
    {
        lock (_gate)
        {
            var table = TableOf(type);
            var now = SnapshotOf(type, space);
            if (since < table.CompactedAt)
                return (now, null);
            var feed = new ChangeFeed(gone =>
            {
                lock (_gate)
                    table.Feeds.Remove(gone);
            });
            if (since is { } after)
            {
                foreach (var change in table.History.Where(change => change.Version > after))
                    feed.Offer(change);
            }
            table.Feeds.Add(feed);
            return (now, feed);
        }
    }

    /// <summary>The oldest version a watch of the resource may start from.</summary>
    public long OldestFor(ResourceType type)
    {
        lock (_gate)
            return TableOf(type).CompactedAt;
    }

    /// <summary>Forgets the history: only watches from the present version can be taken up.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            foreach (var table in _tables.Values)
            {
                table.History.Clear();
                table.CompactedAt = _version;
            }
        }
    }

    /// <summary>Cuts off all watches.</summary>
    public void DropFeeds()
    {
        ChangeFeed[] feeds;
        lock (_gate)
            feeds = [.. _tables.Values.SelectMany(table => table.Feeds)];
        foreach (var feed in feeds)
            feed.Drop();
    }

    /// <summary>How many watches are open.</summary>
    public int FeedCount
    {
        get
        {
            lock (_gate)
                return _tables.Values.Sum(table => table.Feeds.Count);
        }
    }

    private StoredObject Delete(Table table, ObjectKey key, StoredObject before)
    {
        table.Objects.Remove(key);
        var last = new StoredObject((JsonObject)before.Json.DeepClone(), ++_version);
        Publish(table, new Change(_version, before, null, last));
        return last;
    }

    private void Publish(Table table, Change change)
    {
        table.History.Enqueue(change);
        while (table.History.Count > historyLength)
            table.CompactedAt = table.History.Dequeue().Version;
        foreach (var feed in table.Feeds)
            feed.Offer(change);
    }

    private Snapshot SnapshotOf(ResourceType type, string space) =>
        new(_version, [.. TableOf(type).Objects.Where(entry => space.Length == 0 || entry.Key.Namespace == space).Select(entry => entry.Value)]);

    private Table TableOf(ResourceType type)
    {
        if (!_tables.TryGetValue(type, out var table))
            _tables[type] = table = new Table();
        return table;
    }

    private sealed class Table
    {
        public SortedDictionary<ObjectKey, StoredObject> Objects { get; } = [];

        public Queue<Change> History { get; } = new();

        public HashSet<ChangeFeed> Feeds { get; } = [];

        public long CompactedAt { get; set; }
    }
}
