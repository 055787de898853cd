using Akka.Actor;
using Akka.Event;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// Tells its parent, as a <see cref="ServingReport"/>, whether the node's own registry answers for the images of the bundle that the node has: as soon as it has
/// them, every minute, and every five seconds while it does not, as somebody who puts it right waits for that.
/// </summary>
internal sealed class ServingWatcher : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Rarely = TimeSpan.FromMinutes(1);

    private readonly Func<IReadOnlyList<ImageName>, CancellationToken, ValueTask<string?>> _ask;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Action _stop;
    private readonly CancellationToken _stopped;
    private Watch? _watched;
    private bool _looking;
    private string _fault = "";

    /// <param name="ask">Asks the registry for images; says what is wrong, or null.</param>
    public ServingWatcher(Func<IReadOnlyList<ImageName>, CancellationToken, ValueTask<string?>> ask)
    {
        _ask = ask;
        var stopping = new CancellationTokenSource();
        (_stop, _stopped) = (stopping.Cancel, stopping.Token);
        Receive<Watch>(OnWatch);
        Receive<LookNow>(_ => Look());
        Receive<Looked>(OnLooked);
        Receive<Status.Failure>(failure => failure.Cause is OperationCanceledException, static _ => { });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _stop();

    private void OnWatch(Watch watch)
    {
        if (watch.Commitment == _watched?.Commitment)
            return;
        (_watched, _fault) = (watch, "");
        Timers.Cancel(nameof(LookNow));
        Context.Parent.Tell(new ServingReport());
        Look();
    }

    private void Look()
    {
        if (_looking || _watched is not { Inventory: not null })
            return;
        _looking = true;
        LookAsync(_watched).PipeTo(Self);
    }

    private async Task<Looked> LookAsync(Watch watched) => new(watched.Commitment, await _ask([.. watched.Inventory!.Images.Select(static image => ImageName.Parse(image.Name))], _stopped) ?? "");

    private void OnLooked(Looked looked)
    {
        _looking = false;
        if (looked.Commitment != _watched!.Commitment)
        {
            Look();
            return;
        }

        if (looked.Fault.Length > 0 && looked.Fault != _fault)
            _log.Warning("{0}: {1}", Reasons.MirrorUnreachable, looked.Fault);
        _fault = looked.Fault;
        Timers.StartSingleTimer(nameof(LookNow), LookNow.Instance, _fault.Length == 0 ? Rarely : Often);
        Context.Parent.Tell(new ServingReport { Commitment = looked.Commitment, Fault = looked.Fault });
    }

    /// <summary>Which bundle's images the node has: those of <paramref name="Inventory"/>, or none. Telling it again is harmless.</summary>
    internal sealed record Watch(string Commitment, BundleInventory? Inventory)
    {
        /// <summary>What there is to watch of a node's work.</summary>
        public static Watch Of(NodeWork? work) => work is { Published: true, Inventory: { } inventory } ? new(work.Bundle.Commitment, inventory) : new("", null);
    }

    private sealed record Looked(string Commitment, string Fault);

    private sealed class LookNow
    {
        public static readonly LookNow Instance = new();
    }
}
