using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Actors.Node;

/// <summary>
/// One reading of one medium: the inventory, then each blob, hashed while it is read and kept when it is right. Every violation is
/// reported, not just the first; nothing that has one is kept.
/// </summary>
internal sealed class Verifier : ReceiveActor
{
    private readonly string _mediumId;
    private readonly BundleFacts _bundle;
    private readonly BlobStore _blobs;
    private readonly IActorRef _replicator;
    private readonly Action<long> _read;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private UniqueKillSwitch? _killSwitch;
    private BundleReader? _reader;
    private bool _running;
    private long _counted;

    public Verifier(string mediumId, BundleFacts bundle, BlobStore blobs, IActorRef mediaWatcher, IActorRef replicator, Action<long> read)
    {
        (_mediumId, _bundle, _blobs, _replicator, _read) = (mediumId, bundle, blobs, replicator, read);
        Receive<MediaWatcher.Opened>(OnOpened);
        Receive<InventoryRead>(OnInventoryRead);
        Receive<IntakeResult>(OnResult);
        Receive<Ended>(OnEnded);
        mediaWatcher.Tell(new MediaWatcher.HandOver(mediumId, Self));
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _killSwitch?.Shutdown();
        // While the stream still reads, the reader is its own; it is closed when the stream has ended.
        if (!_running)
            Close();
    }

    private void OnOpened(MediaWatcher.Opened opened)
    {
        if (opened.Reader is not { } reader)
        {
            Fail(opened.Cause!);
            return;
        }

        _reader = reader;
        if (reader.Metadata.Commitment.ToString() != _bundle.Commitment)
        {
            Fail(new ContentException(Reasons.ReadFailed, $"The medium now holds another bundle, {reader.Metadata.Commitment}."));
            return;
        }

        _running = true;
        ReadInventoryAsync(reader).PipeTo(Self);
    }

    private async Task<InventoryRead> ReadInventoryAsync(BundleReader reader)
    {
        try
        {
            var inventory = await reader.ReadInventoryAsync(_stopping.Token);
            // Successors draw the inventory like any other blob.
            await using var ingest = await _blobs.BeginAsync(new BlobSpec(reader.Metadata.Commitment, reader.Metadata.InventorySize), _stopping.Token);
            if (ingest is not null)
            {
                ingest.Append(reader.InventoryBytes.Span);
                await ingest.CompleteAsync(_stopping.Token);
            }

            return new InventoryRead(inventory, null);
        }
        catch (Exception e)
        {
            return new InventoryRead(null, e);
        }
    }

    private void OnInventoryRead(InventoryRead read)
    {
        if (read.Inventory is not { } inventory)
        {
            _running = false;
            Fail(read.Cause!);
            return;
        }

        var held = Enumerable.Range(0, inventory.Blobs.Count).Where(i => _blobs.Contains(inventory.Blobs[i].Digest)).ToList();
        Context.Parent.Tell(new NodeEvent.InventoryKnown(_bundle.Commitment, inventory, held));

        var self = Self;
        var replicator = _replicator;
        var commitment = _bundle.Commitment;
        var reader = _reader!;
        (_killSwitch, var ended) = BundleIntake
            .Create(reader, _blobs, index => replicator.Tell(new Replicator.Begun(commitment, index), ActorRefs.NoSender))
            .ViaMaterialized(KillSwitches.Single<IntakeResult>(), Keep.Right)
            .ToMaterialized(Sink.ForEach<IntakeResult>(result => self.Tell(result, ActorRefs.NoSender)), Keep.Both)
            .Run(Context.System.Materializer());
        // The stream outlives this actor by at most the chunk in hand; the reader is closed when it has ended, not before.
        EndAsync(ended, reader).PipeTo(Self);
    }

    private async Task<Ended> EndAsync(Task<Done> ended, BundleReader reader)
    {
        Exception? cause = null;
        try
        {
            await ended;
        }
        catch (Exception e)
        {
            cause = e is AggregateException { InnerException: { } inner } ? inner : e;
        }

        await reader.DisposeAsync();
        return new Ended(cause);
    }

    private void Count()
    {
        if (_reader?.BytesRead is not { } bytes)
            return;
        _read(bytes - _counted);
        _counted = bytes;
    }

    private void OnResult(IntakeResult result)
    {
        Count();
        switch (result)
        {
            case IntakeResult.Stored stored:
                Context.Parent.Tell(new NodeEvent.BlobStored(_bundle.Commitment, stored.Index));
                break;
            case IntakeResult.Present present:
                Context.Parent.Tell(new NodeEvent.BlobStored(_bundle.Commitment, present.Index));
                break;
            case IntakeResult.Rejected rejected:
                _log.Error("{0}: {1}", rejected.Error.Reason, rejected.Error.Message);
                Context.Parent.Tell(new NodeEvent.BlobRejected(_bundle.Commitment, _mediumId, rejected.Index, rejected.Error.Reason, rejected.Error.Message));
                break;
        }
    }

    private void OnEnded(Ended ended)
    {
        Count();
        _running = false;
        _reader = null;
        if (ended.Cause is { } cause)
            Fail(cause);
        else
            Context.Parent.Tell(new NodeEvent.MediumRead(_bundle.Commitment, _mediumId));
        Context.Stop(Self);
    }

    private void Fail(Exception cause)
    {
        if (cause is not OperationCanceledException)
        {
            var (reason, message) = cause is ContentException content ? (content.Reason, content.Message) : (Reasons.ReadFailed, cause.Message);
            _log.Error(cause, "{0}: {1}", reason, message);
            Context.Parent.Tell(new NodeEvent.MediumFailed(_bundle.Commitment, _mediumId, reason, message));
        }

        Context.Stop(Self);
    }

    private void Close()
    {
        if (_reader is { } reader)
            _ = reader.DisposeAsync().AsTask();
    }

    private sealed record InventoryRead(BundleInventory? Inventory, Exception? Cause);

    private sealed record Ended(Exception? Cause);
}
