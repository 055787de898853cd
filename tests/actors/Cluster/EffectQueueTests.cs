using Handcarry.Actors.Cluster;

namespace Handcarry.Actors.Tests.Cluster;

public sealed class EffectQueueTests
{
    private readonly ManualTime _time = new();
    private readonly EffectQueue _queue;

    public EffectQueueTests() => _queue = new EffectQueue(_time, TimeSpan.FromSeconds(1));

    [Fact]
    public void Progress_is_written_at_most_once_a_second_and_only_the_newest()
    {
        Write(false, "one");
        Assert.Equal("one", Take());
        Write(false, "two");
        Assert.Null(_queue.Peek());
        Write(false, "three");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("three", Take());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void A_turn_is_written_at_once()
    {
        Write(false, "one");
        Take();
        Write(false, "two");
        Write(true, "three");
        Assert.Equal("three", Take());
    }

    [Fact]
    public void Orders_wait_for_nothing_but_what_came_before_them()
    {
        Write(true, "one");
        _queue.Add([new SupervisorEffect.Record(new UpgradeEvent(false, "R", "event"))]);
        Write(false, "two");
        Assert.Equal("one", Take());
        Assert.IsType<SupervisorEffect.Record>(_queue.Peek());
        _queue.Done(_queue.Peek()!);
        Assert.Null(_queue.Peek());
    }

    [Fact]
    public void A_write_under_way_that_is_overtaken_does_not_take_its_successor_with_it()
    {
        Write(false, "one");
        var running = _queue.Peek()!;
        Write(false, "two");
        _queue.Done(running);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", Take());
    }

    private void Write(bool urgent, string message) =>
        _queue.Add([new SupervisorEffect.WriteStatus(new UpgradeStatus { Phase = Phase.Carrying, Message = message }, urgent)]);

    private string? Take()
    {
        var next = _queue.Peek() as SupervisorEffect.WriteStatus;
        if (next is not null)
            _queue.Done(next);
        return next?.Status.Message;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _now = 1;

        public override long GetTimestamp() => _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
