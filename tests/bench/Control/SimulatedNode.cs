using Akka.Actor;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;

namespace Handcarry.Bench.Control;

/// <summary>
/// An agent as the supervisor sees it: reports on every change and once a second, follows its plan, and needs no time for its work. All that it says and
/// hears goes through the wire's serializer.
/// </summary>
internal sealed class SimulatedNode : ReceiveActor, IWithTimers
{
    private readonly IActorRef _supervisor;
    private readonly WireSerializer _wire;
    private readonly Traffic _traffic;
    private NodeReport _report;

    public SimulatedNode(NodeReport report, IActorRef supervisor, WireSerializer wire, Traffic traffic)
    {
        (_report, _supervisor, _wire, _traffic) = (report, supervisor, wire, traffic);
        Receive<Beat>(_ => Say());
        Receive<MediumReport>(medium =>
        {
            _report = _report with { Media = [medium] };
            Say();
        });
        Receive<CarryPlan>(plan => Follow((CarryPlan)Through(_wire, plan)));
        Receive<IWireMessage>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary><paramref name="message"/> as the other side gets it.</summary>
    public static object Through(WireSerializer wire, IWireMessage message) => wire.FromBinary(wire.ToBinary(message), wire.Manifest(message));

    protected override void PreStart()
    {
        Say();
        Timers.StartPeriodicTimer(nameof(Beat), Beat.Instance, TimeSpan.FromMilliseconds(Random.Shared.Next(1000)), TimeSpan.FromSeconds(1));
    }

    private void Follow(CarryPlan plan)
    {
        _traffic.Heard();
        _report = _report with { Epoch = plan.Epoch };
        if (_report.Commitment == plan.Bundle.Commitment)
        {
            Say();
            return;
        }

        _report = _report with { Commitment = plan.Bundle.Commitment, Stage = Stage.Receiving };
        Say();
        _report = _report with { BytesHeld = plan.Bundle.Size, Extracted = true, Stage = Stage.Loading };
        Say();
        _report = _report with { ImagesLoaded = plan.Bundle.Images, Pinned = true, Stage = Stage.Ready };
        Say();
    }

    private void Say()
    {
        _traffic.Said();
        _supervisor.Tell(Through(_wire, _report));
    }

    private sealed class Beat
    {
        public static readonly Beat Instance = new();
    }
}
