using Akka.Actor;
using Akka.Event;

namespace Handcarry.Actors.Node;

/// <summary>
/// Tells its parent <see cref="NodeEvent.RuntimeRestarted"/> when the node's runtime was started anew, and <see cref="Looked"/> when it has looked whether anything is in
/// the runtime's way: at the start, after each restart, every five minutes, and once a minute while something is, as a person who puts it right wants to see it gone.
/// </summary>
internal sealed class RuntimeWatcher : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Rarely = TimeSpan.FromMinutes(5);

    private readonly IRuntimeConfig _runtime;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Action _stop;
    private readonly CancellationToken _stopped;
    private Remark? _fault;

    public RuntimeWatcher(IRuntimeConfig runtime)
    {
        _runtime = runtime;
        var stopping = new CancellationTokenSource();
        (_stop, _stopped) = (stopping.Cancel, stopping.Token);
        Receive<LookNow>(_ => Look());
        Receive<Looked>(OnLooked);
        Receive<NodeEvent.RuntimeRestarted>(OnRestarted);
        Receive<Status.Failure>(failure => failure.Cause is OperationCanceledException, static _ => { });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Look();
        Wait();
    }

    protected override void PostStop() => _stop();

    private void Look() => LookAsync().PipeTo(Self);

    private void Wait() => _runtime.RestartedAsync(_stopped).PipeTo(Self, success: static () => new NodeEvent.RuntimeRestarted());

    private async Task<Looked> LookAsync() => new(await _runtime.FaultAsync(_stopped));

    private void OnLooked(Looked looked)
    {
        if (looked.Fault is { } fault && looked.Fault != _fault)
            _log.Warning("{0}: {1}", fault.Reason, fault.Message);
        _fault = looked.Fault;
        Timers.StartSingleTimer(nameof(LookNow), LookNow.Instance, _fault is null ? Rarely : Often);
        Context.Parent.Tell(looked);
    }

    private void OnRestarted(NodeEvent.RuntimeRestarted restarted)
    {
        _log.Info("The container runtime was started anew; it is asked for its images again.");
        Context.Parent.Tell(restarted);
        Look();
        Wait();
    }

    /// <summary>What is in the runtime's way; null when nothing is.</summary>
    internal sealed record Looked(Remark? Fault);

    private sealed class LookNow
    {
        public static readonly LookNow Instance = new();
    }
}
