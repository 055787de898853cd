using System.Globalization;

namespace Handcarry.Hosts.Node.Pressure;

/// <summary>
/// How long etcd's writes to its log take, from its metrics (etcd, Documentation/metrics: the histogram <c>etcd_disk_wal_fsync_duration_seconds</c>). Each look counts
/// what has happened since the one before.
/// </summary>
public sealed class EtcdMetrics : IDisposable
{
    private const string Bucket = "etcd_disk_wal_fsync_duration_seconds_bucket{le=\"";
    private const double Share = 0.99;

    /// <summary>etcd's page has about 200 kB.</summary>
    private const int MostBytes = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly Action<string> _absent;
    private IReadOnlyList<(double Seconds, double Count)>? _before;
    private bool _told;

    /// <summary>Makes one that asks <paramref name="url"/>, plain HTTP; <paramref name="absent"/> is told once when it does not answer.</summary>
    public EtcdMetrics(Uri url, Action<string> absent)
    {
        (_url, _absent) = (url, absent);
        _http = new HttpClient { Timeout = Patience, MaxResponseContentBufferSize = MostBytes };
    }

    /// <summary>The time within which 99 of 100 writes since the last look were done; null when there were none, at the first look, and when etcd does not tell.</summary>
    public async ValueTask<TimeSpan?> SlowFsyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            var now = Buckets(await _http.GetStringAsync(_url, cancellationToken));
            var slow = _before is null || _before.Count != now.Count ? null : Quantile([.. now.Select((bucket, i) => (bucket.Seconds, bucket.Count - _before[i].Count))]);
            _before = now;
            return slow;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            if (!_told)
                _absent($"etcd's metrics cannot be read from {_url}: {e.Message.TrimEnd('.')}. Carrying does not yield to etcd; correct limits.etcdMetrics.");
            _told = true;
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>The upper ends of the histogram's buckets, rising, and how many writes were done within each.</summary>
    internal static IReadOnlyList<(double Seconds, double Count)> Buckets(string metrics)
    {
        var buckets = new List<(double, double)>();
        foreach (var line in metrics.Split('\n').Where(static line => line.StartsWith(Bucket, StringComparison.Ordinal)))
        {
            var parts = line[Bucket.Length..].Split("\"} ");
            if (parts.Length == 2 && Number(parts[1]) is { } count && (parts[0] == "+Inf" ? double.PositiveInfinity : Number(parts[0])) is { } seconds)
                buckets.Add((seconds, count));
        }

        return buckets;
    }

    // Of writes above the largest bucket is known only that they were longer: that bucket's end is said.
    internal static TimeSpan? Quantile(IReadOnlyList<(double Seconds, double Count)> buckets)
    {
        if (buckets.Count == 0 || buckets[^1].Count <= 0)
            return null;
        var wanted = buckets[^1].Count * Share;
        var at = buckets.First(bucket => bucket.Count >= wanted).Seconds;
        return TimeSpan.FromSeconds(double.IsFinite(at) ? at : buckets.Where(static bucket => double.IsFinite(bucket.Seconds)).Select(static bucket => bucket.Seconds).DefaultIfEmpty().Max());
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= 0 ? number : null;
}
