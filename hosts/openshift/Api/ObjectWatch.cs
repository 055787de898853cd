using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Handcarry.Actors.Cluster;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>
/// All objects of one resource, as they are and as they change: one list, then a watch from its resourceVersion, carried on by bookmarks.
/// When the server ends a watch regularly the next one goes on from the last resourceVersion; after 410, a drop or a failure everything
/// is listed again. A slow reader gets the newest snapshot only. Nothing runs but while somebody enumerates.
/// </summary>
/// <param name="api">The server.</param>
/// <param name="path">Path of the collection, without query.</param>
/// <param name="name">The only object wanted, by metadata.name; null for all.</param>
/// <param name="read">What is kept of an object.</param>
/// <param name="timing">The times.</param>
internal sealed class ObjectWatch<T>(ApiServer api, string path, string? name, Func<JsonElement, T> read, WatchTiming timing)
{
    /// <summary>Objects of one page: bounds what a list holds in memory at a time.</summary>
    private const int PageSize = 100;

    private readonly string _query = name is null ? "" : $"&fieldSelector=metadata.name%3D{Uri.EscapeDataString(name)}";

    /// <summary>
    /// Snapshots in the ordinal order of names, the first as soon as there is one; null when the API has been away for
    /// <see cref="WatchTiming.AwayAfter"/>, once each time. Ends only by cancellation, with <see cref="OperationCanceledException"/>.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<T>?> SnapshotsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var newest = Channel.CreateBounded<IReadOnlyList<T>?>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = RunAsync(newest.Writer, stop.Token);
        try
        {
            await foreach (var snapshot in newest.Reader.ReadAllAsync(cancellationToken))
                yield return snapshot;
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    private async Task RunAsync(ChannelWriter<IReadOnlyList<T>?> to, CancellationToken cancellationToken)
    {
        var failures = 0;
        long? failing = null;
        var away = false;
        try
        {
            while (true)
            {
                try
                {
                    var objects = new SortedDictionary<string, T>(StringComparer.Ordinal);
                    var version = await ListAsync(objects, cancellationToken);
                    to.TryWrite([.. objects.Values]);
                    (failing, away) = (null, false);
                    while (true)
                    {
                        version = await FollowAsync(objects, version, to, () => failures = 0, cancellationToken);
                        await Task.Delay(timing.Pause(1), api.Time, cancellationToken);
                    }
                }
                catch (Exception e) when (e is ApiUnavailableException or ResourceExpiredException)
                {
                    failures++;
                }

                failing ??= api.Time.GetTimestamp();
                if (!away && api.Time.GetElapsedTime(failing.Value) >= timing.AwayAfter)
                {
                    away = true;
                    to.TryWrite(null);
                }
                await Task.Delay(timing.Pause(failures), api.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            to.TryComplete();
        }
        catch (Exception e)
        {
            to.TryComplete(e);
        }
    }

    private async ValueTask<string> ListAsync(SortedDictionary<string, T> objects, CancellationToken cancellationToken)
    {
        var next = "";
        while (true)
        {
            var page = await api.GetAsync<JsonDocument>($"{path}?limit={PageSize}{_query}{next}", cancellationToken)
                ?? throw ApiFailure.Of(HttpMethod.Get, path, 404, new());
            using (page)
            {
                foreach (var item in page.RootElement.At("items").Items())
                    objects[NameOf(item)] = read(item);
                var more = page.RootElement.At("metadata").TextAt("continue");
                if (more.Length == 0)
                    return VersionOf(page.RootElement);
                next = $"&continue={Uri.EscapeDataString(more)}";
            }
        }
    }

    /// <summary>Watches until the server ends it; the resourceVersion to go on from.</summary>
    private async ValueTask<string> FollowAsync(
        SortedDictionary<string, T> objects, string version, ChannelWriter<IReadOnlyList<T>?> to, Action heard, CancellationToken cancellationToken)
    {
        var lasting = timing.Lasting * (1 + (0.25 * timing.Jitter()));
        var query = $"{path}?watch=true&allowWatchBookmarks=true&timeoutSeconds={Math.Ceiling(lasting.TotalSeconds)}{_query}"
            + $"&resourceVersion={Uri.EscapeDataString(version)}";
        using var stream = await api.WatchAsync(query, lasting + timing.Grace, cancellationToken);
        while (await stream.NextAsync() is { } change)
        {
            heard();
            version = VersionOf(change.Object);
            if (change.Type == "BOOKMARK")
                continue;
            if (change.Type == "DELETED")
                objects.Remove(NameOf(change.Object));
            else
                objects[NameOf(change.Object)] = read(change.Object);
            to.TryWrite([.. objects.Values]);
        }
        heard();
        return version;
    }

    private string NameOf(JsonElement item) => Needed(item, "name");

    private string VersionOf(JsonElement item) => Needed(item, "resourceVersion");

    private string Needed(JsonElement item, string member) => item.At("metadata").TextAt(member) is { Length: > 0 } text
        ? text
        : throw ApiFailure.Unavailable(HttpMethod.Get, path, new JsonException($"an answer lacks metadata.{member}"), default);
}
