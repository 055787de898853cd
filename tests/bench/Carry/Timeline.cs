using System.Globalization;
using System.Text;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Carry;

/// <summary>
/// What came in at each node, interval by interval, while a bundle is carried: where a link waits, and for how long. Counts are those of the network's own
/// interface (<c>/proc/PID/net/dev</c>), so everything that crosses the link is in them.
/// </summary>
internal sealed class Timeline : IAsyncDisposable
{
    /// <summary>An interval counts as busy from this part of the most that came in any interval on; what the cluster says to itself is below it.</summary>
    private const double Busy = 0.1;

    private readonly IReadOnlyList<SiteNode> _nodes;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<long[]> _received = [];
    private readonly Task _looking;

    private Timeline(IReadOnlyList<SiteNode> nodes, TimeSpan interval)
    {
        (_nodes, _interval) = (nodes, interval);
        _looking = LookAsync();
    }

    /// <summary>Begins to look at the nodes' interfaces.</summary>
    public static Timeline Begin(IReadOnlyList<SiteNode> nodes, TimeSpan interval) => new(nodes, interval);

    /// <summary>
    /// Stops looking and writes a line for each node: when its first and its last busy interval began and ended, how many between them were not, and the intervals
    /// themselves as tenths of <paramref name="link"/>, 9 for nine tenths and more, and a dot for less than one.
    /// </summary>
    /// <param name="table">Where to.</param>
    /// <param name="link">Bytes a second of each link; 0: of the fastest interval.</param>
    public async Task WriteAsync(TextWriter table, long link)
    {
        await _stop.CancelAsync();
        await _looking;
        var rates = _nodes.Select((_, node) => _received.Zip(_received.Skip(1), (before, after) => (after[node] - before[node]) / _interval.TotalSeconds).ToList()).ToList();
        var full = link > 0 ? link : Math.Max(1, rates.Max(static node => node.DefaultIfEmpty().Max()));
        foreach (var (node, came) in _nodes.Zip(rates))
        {
            var (first, last) = (came.FindIndex(rate => rate >= full * Busy), came.FindLastIndex(rate => rate >= full * Busy));
            var idle = first < 0 ? 0 : came.Skip(first).Take(last - first).Sum(rate => Math.Max(0, 1 - (rate / full)));
            var strip = came.Aggregate(new StringBuilder(), (text, rate) => text.Append(rate < full * Busy ? '.' : (char)('0' + Math.Min(9, (int)(rate * 10 / full)))));
            table.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {node.Name,-10} in from {first * _interval.TotalSeconds,5:0.0} to {(last + 1) * _interval.TotalSeconds,5:0.0} s, idle {idle * _interval.TotalSeconds,5:0.0} s of it  {strip}"));
        }

        await table.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        using var timer = new PeriodicTimer(_interval);
        try
        {
            do
                _received.Add([.. _nodes.Select(static node => Usage.Of(node).Received)]);
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }
}
