using Akka.Actor;
using Akka.Event;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// Imports images one after the other, or mounts and proves a sealed store, and publishes, off the actor's thread. One at a time: two imports into one store gain
/// nothing (reference/container-storage.md section B, "Parallel imports").
/// </summary>
internal sealed class Importer : ReceiveActor
{
    private readonly IImageStore _store;
    private readonly ISealedStores _sealed;
    private readonly IRuntimeConfig _runtime;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LinkedList<Order> _queue = new();
    private (Order Order, CancellationTokenSource Cancel)? _running;
    private IReadOnlyList<string> _staying = [];

    public Importer(IImageStore store, ISealedStores sealedStores, IRuntimeConfig runtime)
    {
        (_store, _sealed, _runtime) = (store, sealedStores, runtime);
        Receive<Order>(OnOrder);
        Receive<Done>(OnDone);
    }

    protected override void PostStop() => _running?.Cancel.Cancel();

    private void OnOrder(Order order)
    {
        if (order is Order.Discard)
        {
            Forget(order.Generation);
            if (_running is { } running && running.Order.Generation == order.Generation && running.Order is not Order.Discard)
                running.Cancel.Cancel();
        }

        _queue.AddLast(order);
        RunNext();
    }

    private void Forget(string generation)
    {
        foreach (var order in _queue.Where(o => o.Generation == generation && o is not Order.Discard).ToList())
            _queue.Remove(order);
    }

    private void RunNext()
    {
        if (_running is not null || _queue.First is not { } first)
            return;
        _queue.RemoveFirst();
        var cancel = new CancellationTokenSource();
        _running = (first.Value, cancel);
        RunAsync(first.Value, cancel.Token).PipeTo(Self);
    }

    private async Task<Done> RunAsync(Order order, CancellationToken cancellationToken)
    {
        try
        {
            switch (order)
            {
                case Order.Import import:
                    await RequireRuntimeAsync(cancellationToken);
                    await _store.ImportAsync(order.Generation, import.Image, cancellationToken);
                    return new Done(order, new NodeEvent.Imported(order.Generation, import.Index), null);
                case Order.Publish publish:
                    await RequireRuntimeAsync(cancellationToken);
                    await _store.PublishAsync(order.Generation, cancellationToken);
                    return new Done(order, await LookAsync(order.Generation, publish.Images, pin: true, cancellationToken), null);
                case Order.KeepPins:
                    await _runtime.KeepOnlyAsync(order.Generation, cancellationToken);
                    return new Done(order, null, null);
                case Order.Mount mount:
                    return new Done(order, await _sealed.MountAsync(mount.Bundle, cancellationToken) is { } fault ? Wrong(order, fault) : new NodeEvent.StoreMounted(order.Generation), null);
                case Order.Prove prove:
                    return new Done(order, await ProveAsync(prove, cancellationToken), null);
                case Order.Show show:
                    await RequireRuntimeAsync(cancellationToken);
                    if (show.Anew && await _sealed.MountAsync(show.Bundle, cancellationToken) is { } gone)
                        return new Done(order, await WithdrawnAsync(order, show.Bundle, gone), null);
                    await _sealed.PublishAsync(show.Bundle, cancellationToken);
                    return new Done(order, await LookAsync(order.Generation, show.Images, show.Pin, cancellationToken), null);
                case Order.Retire retire:
                    await RetireAsync(retire.Bundle, retire.Superseded, cancellationToken);
                    return new Done(order, null, null);
                default:
                    await _store.DiscardAsync(order.Generation, cancellationToken);
                    await RetireAsync(null, superseded: false, cancellationToken);
                    return new Done(order, null, null);
            }
        }
        catch (Exception e)
        {
            return new Done(order, null, e);
        }
    }

    private async Task RequireRuntimeAsync(CancellationToken cancellationToken)
    {
        if (await _runtime.FaultAsync(cancellationToken) is { } fault)
            throw new LoadException(fault.Reason, fault.Message);
    }

    private async Task<NodeEvent> LookAsync(string generation, IReadOnlyList<ImageName> images, bool pin, CancellationToken cancellationToken)
    {
        try
        {
            var listed = await _store.ListAsync(cancellationToken);
            var complete = images.All(image => listed.Contains(image.ToString()));
            return new NodeEvent.Published(generation, listed, complete && pin ? await _runtime.PinAsync(generation, images, cancellationToken) : null);
        }
        catch (LoadException e)
        {
            _log.Error(e, "{0}: {1}", e.Reason, e.Message);
            return new NodeEvent.LookFailed(generation, e.Reason, e.Message);
        }
    }

    private async Task<NodeEvent> ProveAsync(Order.Prove prove, CancellationToken cancellationToken)
    {
        var fault = await _sealed.ProveAsync(prove.Bundle, prove.Progress, cancellationToken);
        return fault is null ? new NodeEvent.StoreProved(prove.Generation) : await WithdrawnAsync(prove, prove.Bundle, fault);
    }

    private async Task<NodeEvent> WithdrawnAsync(Order order, SealedBundle bundle, StoreFault fault)
    {
        await _sealed.WithdrawAsync(bundle, CancellationToken.None);
        return Wrong(order, fault);
    }

    private NodeEvent.StoreWrong Wrong(Order order, StoreFault fault)
    {
        _log.Error("{0}: {1}", fault.Reason, fault.Message);
        return new NodeEvent.StoreWrong(order.Generation, fault);
    }

    private async Task RetireAsync(SealedBundle? current, bool superseded, CancellationToken cancellationToken)
    {
        // What stays is looked at each minute, and said when it is new.
        var staying = await _sealed.RetireAsync(current, superseded, cancellationToken);
        foreach (var sentence in staying.Except(_staying))
            _log.Info(sentence);
        _staying = staying;
    }

    private void OnDone(Done done)
    {
        _running?.Cancel.Dispose();
        _running = null;
        switch (done)
        {
            case { Answer: { } answer }:
                Context.Parent.Tell(answer);
                break;
            case { Cause: null or OperationCanceledException }:
                break;
            case { Order: Order.Discard or Order.Retire, Cause: { } cause }:
                _log.Warning("What generation {0} does not need could not all be removed: {1}", done.Order.Generation, cause.Message);
                break;
            case { Order: Order.KeepPins, Cause: { } cause }:
                _log.Warning("What was pinned for earlier bundles could not be let go of: {0} It is tried again when the agent is started.", cause.Message);
                break;
            case { Cause: { } cause }:
                // What else waits for this generation is asked again together with what failed.
                Forget(done.Order.Generation);
                var reason = cause is LoadException load ? load.Reason : "ImportFailed";
                _log.Error(cause, "{0}: {1}", reason, cause.Message);
                Context.Parent.Tell(new NodeEvent.LoadFailed(done.Order.Generation, reason, cause.Message));
                break;
        }

        RunNext();
    }

    /// <summary>Something to do for the images of one generation.</summary>
    internal abstract record Order(string Generation)
    {
        /// <summary>Import an image into the staging area.</summary>
        public sealed record Import(string Generation, int Index, StoreImage Image) : Order(Generation);

        /// <summary>Publish the staging area, list what is to be seen then, and pin these images if they are.</summary>
        public sealed record Publish(string Generation, IReadOnlyList<ImageName> Images) : Order(Generation);

        /// <summary>Let go of what was pinned for other generations.</summary>
        public sealed record KeepPins(string Generation) : Order(Generation);

        /// <summary>Mount a sealed store.</summary>
        public sealed record Mount(string Generation, SealedBundle Bundle) : Order(Generation);

        /// <summary>Prove a mounted store; withdraw it when it is wrong.</summary>
        public sealed record Prove(string Generation, SealedBundle Bundle, IProgress<StoreProgress> Progress) : Order(Generation);

        /// <summary>Publish a sealed store, with <paramref name="Anew"/> mounted again where it was unmounted, list what is to be seen then, and pin these images if they are and <paramref name="Pin"/> says so.</summary>
        public sealed record Show(string Generation, SealedBundle Bundle, IReadOnlyList<ImageName> Images, bool Anew, bool Pin) : Order(Generation);

        /// <summary>Unmount the other stores; with <paramref name="Superseded"/> also what is seen beside the last one.</summary>
        public sealed record Retire(string Generation, SealedBundle? Bundle, bool Superseded) : Order(Generation);

        /// <summary>Stop loading; remove the staging area and stores that nothing needs.</summary>
        public sealed record Discard(string Generation) : Order(Generation);
    }

    private sealed record Done(Order Order, NodeEvent? Answer, Exception? Cause);
}
