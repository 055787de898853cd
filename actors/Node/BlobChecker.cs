using Akka.Actor;
using Akka.Event;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// Has the blobs of a bundle read again when the agent has started, since the disk may have changed what was right before: tells its parent <see cref="NodeEvent.BlobDamaged"/> of each that is not right any longer, and
/// has it taken out of the blob store first; <see cref="Checking"/> how far it is; <see cref="NodeEvent.BlobsChecked"/> at the end.
/// </summary>
internal sealed class BlobChecker : ReceiveActor
{
    private readonly BlobStore _blobs;
    private readonly IBlobChecks? _checks;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Action _stop = static () => { };

    public BlobChecker(BlobStore blobs, IBlobChecks? checks)
    {
        (_blobs, _checks) = (blobs, checks);
        Receive<Check>(OnCheck);
        Receive<NodeEvent.BlobsChecked>(Context.Parent.Forward);
        Receive<Status.Failure>(failure => failure.Cause is OperationCanceledException, static _ => { });
        Receive<Status.Failure>(failure => _log.Error(failure.Cause, "The blobs of this node could not be looked at again"));
    }

    protected override void PostStop() => _stop();

    private void OnCheck(Check order)
    {
        _stop();
        var stopping = new CancellationTokenSource();
        _stop = stopping.Cancel;
        RunAsync(order, stopping.Token).PipeTo(Self);
    }

    private async Task<NodeEvent.BlobsChecked> RunAsync(Check order, CancellationToken cancellationToken)
    {
        var parent = Context.Parent;
        if (_checks is null)
            return new NodeEvent.BlobsChecked(order.Commitment);
        await _checks.RunAsync(
            [.. order.Held.Select(index => order.Inventory.Blobs[index])],
            (place, message) =>
            {
                if (_blobs.Distrust(order.Inventory.Blobs[order.Held[place]].Digest))
                    parent.Tell(new NodeEvent.BlobDamaged(order.Commitment, order.Held[place], message), ActorRefs.NoSender);
            },
            new Relay(parent, order.Commitment),
            cancellationToken);
        return new NodeEvent.BlobsChecked(order.Commitment);
    }

    /// <summary>Look at these blobs of a bundle.</summary>
    internal sealed record Check(string Commitment, BundleInventory Inventory, IReadOnlyList<int> Held);

    /// <summary>How far it is.</summary>
    internal sealed record Checking(string Commitment, StoreProgress Progress);

    private sealed class Relay(IActorRef parent, string commitment) : IProgress<StoreProgress>
    {
        public void Report(StoreProgress value) => parent.Tell(new Checking(commitment, value), ActorRefs.NoSender);
    }
}
