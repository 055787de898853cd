using System.Globalization;

namespace Handcarry.Actors.Node;

/// <summary>
/// How fast a node carries so that the rest of it is left alone. Pure: each look gives a new state.
/// <code><![CDATA[
///   suffers (one figure above its limit)       what is carried is halved, at most every third look: the figures are means over ten seconds
///   in between                                 nothing changes
///   does well (all below half their limits)    a sixteenth more of what it carried before; with all of it back there is no limit any more
/// ]]></code>
/// Never below <see cref="YieldLimits.Floor"/>: an upgrade that stands still helps nobody. With it a node begins that suffers before anything has come.
/// </summary>
public sealed record Yielding
{
    private const int LooksBetweenCuts = 3;
    private const int StepsBack = 16;

    /// <summary>No limit.</summary>
    public static Yielding Not { get; } = new();

    /// <summary>Bytes a second at most; 0: no limit.</summary>
    public long BytesPerSecond { get; private init; }

    /// <summary>Which figure was above its limit when it was lowered last, for people: <c>I/O pressure 45 %</c>; empty without a limit.</summary>
    public string Why { get; private init; } = "";

    private long Before { get; init; }

    private int Rest { get; init; }

    /// <summary>The state after one more look.</summary>
    /// <param name="facts">What it showed; null, which counts as doing well, when it showed nothing.</param>
    /// <param name="rate">Bytes a second carried since the look before, 0 or more.</param>
    /// <param name="limits">From where on the node is said to suffer.</param>
    public Yielding Look(PressureFacts? facts, long rate, YieldLimits limits)
    {
        var (share, why) = Worst(facts ?? PressureFacts.None, limits);
        return share switch
        {
            > 1 when Rest > 0 => this with { Rest = Rest - 1 },
            > 1 => Cut(rate, why, limits.Floor),
            < 0.5 when BytesPerSecond > 0 => Grow(limits.Floor),
            _ => this with { Rest = Math.Max(0, Rest - 1) },
        };
    }

    // A limit far above what is carried would take many cuts to be felt; one moment between two blobs, in which nothing comes, must not decide it.
    private Yielding Cut(long rate, string why, long floor)
    {
        var now = BytesPerSecond == 0 ? rate : Math.Min(BytesPerSecond, Math.Max(rate, BytesPerSecond / 4));
        return this with { BytesPerSecond = Math.Max(floor, now / 2), Why = why, Before = Math.Max(Before, rate), Rest = LooksBetweenCuts - 1 };
    }

    private Yielding Grow(long floor)
    {
        var more = BytesPerSecond + Math.Max(Before / StepsBack, Math.Max(1, floor / 4));
        return more >= Before ? Not : this with { BytesPerSecond = more, Rest = Math.Max(0, Rest - 1) };
    }

    private static (double Share, string Why) Worst(PressureFacts facts, YieldLimits limits) => new[]
    {
        Share("I/O pressure", facts.Io, limits.Io),
        Share("CPU pressure", facts.Cpu, limits.Cpu),
        Share("memory pressure", facts.Memory, limits.Memory),
        facts.EtcdFsync is { } fsync ? (fsync / limits.EtcdFsync, string.Create(CultureInfo.InvariantCulture, $"etcd waits {fsync.TotalMilliseconds:0} ms for its disk")) : default,
    }.MaxBy(figure => figure.Item1);

    private static (double Share, string Why) Share(string what, double percent, int limit) =>
        limit == 0 ? default : (percent / limit, string.Create(CultureInfo.InvariantCulture, $"{what} {percent:0} %"));
}
