using System.Globalization;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Rendering;

/// <summary>The screen of <c>watch</c>: that of a status, with how fast each node gets on and what happened to it last.</summary>
/// <param name="clock">The clock by which speeds are measured and times shown.</param>
internal sealed class WatchBoard(TimeProvider clock)
{
    private static readonly string[] Columns = ["NODE", "STAGE", "HOLDS", "IMAGES", "SPEED", "LEFT", "LAST EVENT"];

    private readonly Dictionary<string, Progress> _progress = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SiteFact> _events = new(StringComparer.Ordinal);
    private string _bundle = "";

    /// <summary>Takes what nodes remember; the newest of each counts.</summary>
    public void Heard(IEnumerable<SiteFact> facts)
    {
        foreach (var fact in facts)
        {
            if (!_events.TryGetValue(fact.Node, out var known) || fact.At >= known.At)
                _events[fact.Node] = fact;
        }
    }

    /// <summary>The screen of an answer, which is newer than the one before.</summary>
    public StatusScreen Show(ClientReply answer)
    {
        var reply = answer.Status!;
        var bundle = reply.Status.Bundle;
        if (_bundle != (bundle?.Commitment ?? ""))
        {
            _progress.Clear();
            _bundle = bundle?.Commitment ?? "";
        }

        var screen = StatusScreen.Of(answer);
        var rows = new List<IReadOnlyList<string>>();
        foreach (var ((name, view, report), row) in StatusScreen.Nodes(reply).Zip(screen.Rows))
        {
            var held = StatusScreen.Held(view, report, bundle).Bytes;
            if (!_progress.TryGetValue(name, out var progress) || held < progress.Bytes)
                _progress[name] = progress = new Progress(held, clock.GetTimestamp());
            // A view that the supervisor gave while it is away is of before, and so is its speed.
            else if (answer.AgeSeconds == 0)
                progress.Look(held, clock.GetTimestamp(), clock);
            var lacks = bundle is null ? 0 : Math.Max(0, bundle.Size - held);
            var speed = lacks == 0 ? null : progress.BytesPerSecond;
            rows.Add([row[0], row[1], row[2], row[3], Speed(speed), Left(lacks, speed), row[5] != "-" ? row[5] : Last(name)]);
        }

        return screen with { Columns = Columns, Rows = rows };
    }

    private static string Speed(double? speed) => speed is { } bytes ? $"{HumanBytes.Of((long)bytes)}/s" : "-";

    private static string Left(long bytes, double? speed) => (bytes, speed) switch
    {
        (0, _) or (_, null) => "-",
        // Less than a chunk in a minute is standing still.
        (_, < 65536) => "?",
        _ => TimeSpan.FromSeconds(Math.Min(bytes / speed.Value, 359_999)) switch
        {
            { TotalMinutes: < 1 } time => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s"),
            { TotalHours: < 2 } time => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):0} min"),
            var time => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalHours):0} h"),
        },
    };

    private string Last(string node) => _events.TryGetValue(node, out var fact)
        ? string.Create(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(fact.At, clock.LocalTimeZone):HH:mm:ss} {fact.Message}")
        : "-";

    private sealed class Progress(long bytes, long since)
    {
        private readonly StageSpeed _speed = new();
        private readonly long _first = bytes;
        private long _since = since;

        public long Bytes { get; private set; } = bytes;

        public double? BytesPerSecond => _speed.BytesPerSecond;

        public void Look(long bytes, long now, TimeProvider clock)
        {
            _speed.Sample(bytes - _first, clock.GetElapsedTime(_since, now));
            (Bytes, _since) = (bytes, now);
        }
    }
}
