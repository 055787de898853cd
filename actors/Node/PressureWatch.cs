using Akka.Actor;
using Akka.Event;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Node;

/// <summary>
/// Looks at how hard the rest of the node has it while something is carried, and slows reading and drawing down until it is better. What is sent to
/// others is slowed down by nothing: it comes from memory as a rule, and costs those others nothing.
/// </summary>
internal sealed class PressureWatch : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly INodePressure _pressure;
    private readonly YieldLimits _limits;
    private readonly TimeProvider _time;
    private readonly Func<long> _carried;
    private readonly Action<long> _limit;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private (long At, long Carried) _last;
    private Yielding _yielding = Yielding.Not;
    private bool _carrying;

    /// <param name="pressure">Tells.</param>
    /// <param name="limits">From where on it is too hard.</param>
    /// <param name="carried">Bytes read and drawn so far.</param>
    /// <param name="limit">Told how many bytes a second may be read or drawn from now on; 0: no limit.</param>
    /// <param name="time">The clock.</param>
    public PressureWatch(INodePressure pressure, YieldLimits limits, Func<long> carried, Action<long> limit, TimeProvider time)
    {
        (_pressure, _limits, _carried, _limit, _time) = (pressure, limits, carried, limit, time);
        Receive<Carrying>(OnCarrying);
        Receive<LookNow>(_ => LookAsync().PipeTo(Self));
        Receive<Looked>(looked => _carrying, OnLooked);
        Receive<Looked>(_ => { });
    }

    /// <summary>Whether something is carried now.</summary>
    internal sealed record Carrying(bool Is);

    /// <summary>What the node's agent is told when it changes; null: no limit.</summary>
    internal sealed record Yields(YieldReport? Report);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _limit(0);

    private void OnCarrying(Carrying carrying)
    {
        if (carrying.Is == _carrying)
            return;
        _carrying = carrying.Is;
        _last = (_time.GetTimestamp(), _carried());
        if (carrying.Is)
            Timers.StartPeriodicTimer(nameof(LookNow), LookNow.Instance, TimeSpan.Zero, LookEvery);
        else
            Timers.Cancel(nameof(LookNow));
        Turn(Yielding.Not);
    }

    private async Task<Looked> LookAsync() => new(await _pressure.ReadAsync(CancellationToken.None));

    private void OnLooked(Looked looked)
    {
        var (now, carried) = (_time.GetTimestamp(), _carried());
        var seconds = _time.GetElapsedTime(_last.At, now).TotalSeconds;
        var rate = seconds > 0 ? (long)((carried - _last.Carried) / seconds) : 0;
        _last = (now, carried);
        Turn(_yielding.Look(looked.Facts, rate, _limits));
    }

    private void Turn(Yielding to)
    {
        var from = _yielding;
        _yielding = to;
        if (from.BytesPerSecond == to.BytesPerSecond)
            return;
        _limit(to.BytesPerSecond);
        if (to.BytesPerSecond == 0)
            _log.Info("Carrying is not slowed down any more");
        else if (to.BytesPerSecond < from.BytesPerSecond || from.BytesPerSecond == 0)
            _log.Info("Carrying is slowed down to {0:0.0} MB/s: {1}", to.BytesPerSecond / 1e6, to.Why);
        Context.Parent.Tell(new Yields(to.BytesPerSecond == 0 ? null : new YieldReport(to.BytesPerSecond, to.Why)));
    }

    private sealed record Looked(PressureFacts? Facts);

    private sealed class LookNow
    {
        public static readonly LookNow Instance = new();
    }
}
