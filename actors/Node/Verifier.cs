using System.Diagnostics.CodeAnalysis;
using Akka;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;
using Handcarry.Actors.Protocol;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;

namespace Handcarry.Actors.Node;

/// <summary>
/// One reading of one medium: the inventory, then each blob, hashed while it is read and kept when it is right. Every violation is
/// reported, not just the first; nothing that has one is kept.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A request under way may still look at the token after the actor has stopped.")]
internal sealed class Verifier : ReceiveActor
{
    private readonly string _mediumId;
    private readonly BundleFacts _bundle;
    private readonly BlobStore _blobs;
    private readonly IActorRef _replicator;
    private readonly RateLimit _limit;
    private readonly Action<long> _read;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private UniqueKillSwitch? _killSwitch;
    private MediaWatcher.OpenMedium? _open;
    private bool _running;
    private bool _inventoryTold;

    public Verifier(string mediumId, BundleFacts bundle, BlobStore blobs, IActorRef mediaWatcher, IActorRef replicator, RateLimit limit, Action<long> read)
    {
        (_mediumId, _bundle, _blobs, _replicator, _limit, _read) = (mediumId, bundle, blobs, replicator, limit, read);
        Receive<MediaWatcher.Opened>(OnOpened);
        Receive<InventoryRead>(OnInventoryRead);
        Receive<GoOn>(go => _inventoryTold && go.Commitment == _bundle.Commitment, _ => ReadBlobs());
        Receive<IntakeResult>(OnResult);
        Receive<Ended>(OnEnded);
        mediaWatcher.Tell(new MediaWatcher.HandOver(mediumId, Self));
    }

    /// <summary>A medium is being read, of which so many bytes are the bundle's.</summary>
    internal sealed record Reading(string MediumId, IMeasuredMedium Medium, long Length);

    /// <summary>There is room for the blobs of that bundle.</summary>
    internal sealed record GoOn(string Commitment);

    protected override void PostStop()
    {
        _stopping.Cancel();
        _killSwitch?.Shutdown();
        // While the stream still reads, the medium is its own; it is closed when the stream has ended.
        if (!_running)
            _open?.Stream.Dispose();
    }

    private void OnOpened(MediaWatcher.Opened opened)
    {
        if (opened.Open is not { Reader: { } reader })
        {
            Fail(opened.Cause!);
            return;
        }

        _open = opened.Open;
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

        if (_open!.Stream is IMeasuredMedium measured)
            Context.Parent.Tell(new Reading(_mediumId, measured, _open.Reader.Length));
        var held = Enumerable.Range(0, inventory.Blobs.Count).Where(i => _blobs.Contains(inventory.Blobs[i].Digest)).ToList();
        Context.Parent.Tell(new NodeEvent.InventoryKnown(_bundle.Commitment, inventory, held));
        (_running, _inventoryTold) = (false, true);
    }

    private void ReadBlobs()
    {
        (_running, _inventoryTold) = (true, false);
        var (self, replicator, commitment, open) = (Self, _replicator, _bundle.Commitment, _open!);
        var counted = 0L;
        var options = new IntakeOptions
        {
            Limit = _limit,
            Begun = index => replicator.Tell(new Replicator.Begun(commitment, index), ActorRefs.NoSender),
            Progress = bytes =>
            {
                _read(bytes - counted);
                counted = bytes;
            },
        };
        (_killSwitch, var ended) = BundleIntake.Create(open.Reader, _blobs, options)
            .ViaMaterialized(KillSwitches.Single<IntakeResult>(), Keep.Right)
            .ToMaterialized(Sink.ForEach<IntakeResult>(result => self.Tell(result, ActorRefs.NoSender)), Keep.Both)
            .Run(Context.System.Materializer());
        // The stream outlives this actor by at most the chunk in hand; the medium is closed when it has ended, not before.
        EndAsync(ended, open.Stream).PipeTo(Self);
    }

    private static async Task<Ended> EndAsync(Task<Done> ended, Stream medium)
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

        await medium.DisposeAsync();
        return new Ended(cause);
    }

    private void OnResult(IntakeResult result)
    {
        switch (result)
        {
            case IntakeResult.Stored stored:
                Context.Parent.Tell(new NodeEvent.BlobStored(_bundle.Commitment, stored.Index));
                break;
            case IntakeResult.Present present:
                Context.Parent.Tell(new NodeEvent.BlobStored(_bundle.Commitment, present.Index));
                break;
            case IntakeResult.Rejected rejected:
                _log.Error("{0}: {1}", rejected.Violation.Reason, rejected.Violation.Message);
                Context.Parent.Tell(new NodeEvent.BlobRejected(_bundle.Commitment, _mediumId, rejected.Index, rejected.Violation.Reason, rejected.Violation.Message));
                break;
        }
    }

    private void OnEnded(Ended ended)
    {
        _running = false;
        _open = null;
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

    private sealed record InventoryRead(BundleInventory? Inventory, Exception? Cause);

    private sealed record Ended(Exception? Cause);
}
