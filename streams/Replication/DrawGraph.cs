using System.Threading.Channels;
using Akka.Streams;
using Akka.Streams.Dsl;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Replication;

/// <summary>The running graph that draws blobs for a node. Its members may be called from any thread.</summary>
/// <remarks>
/// <code>
///   TryOffer / OfferAsync                                                             onResult
///          |                                                                              ^
///          v        work ->            work ->                      results ->            |
///   [ bounded channel ] --> [ SelectAsyncUnordered(Parallelism) ] --> [ kill switch ] --> [ sink ]
///        Waiting      &lt;-- demand        |   |   |                &lt;-- demand
///                                         v   v   v        one BlobDraw loop each, outside the graph:
///                                       holder ==bytes==> one pooled buffer ==> hash, write ==> BlobStore
/// </code>
/// Only work and results are elements of the stream. The bytes of a blob stay inside its own loop, over one buffer that the loop
/// rents and returns: streams drop elements when they fail or are cancelled, and would drop buffers with them.
/// Backpressure runs from right to left: while <see cref="DrawOptions.Parallelism"/> draws run, nothing is taken from the channel; while
/// the channel is full, an offer is refused or waits. Within a draw it is TCP's: what is not hashed and written is not read.
/// <para>
/// A draw that fails is a result like any other and does not stop the graph; whether to draw again, when, and from whom is the
/// caller's to decide. <see cref="Cancel"/> stops everything; <see cref="Completion"/> tells when nothing is held any more.
/// </para>
/// </remarks>
public sealed class DrawGraph : IAsyncDisposable
{
    private readonly BlobDraw _draw;
    private readonly Action<DrawResult> _onResult;
    private readonly Action<int>? _onBegun;
    private readonly Channel<DrawRequest> _requests;
    private readonly CancellationTokenSource _cancel = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UniqueKillSwitch? _killSwitch;
    private int _held = 1;

    private DrawGraph(BlobDraw draw, int waiting, Action<DrawResult> onResult, Action<int>? onBegun)
    {
        (_draw, _onResult, _onBegun) = (draw, onResult, onBegun);
        _requests = Channel.CreateBounded<DrawRequest>(new BoundedChannelOptions(waiting) { SingleReader = true });
    }

    /// <summary>
    /// Completes when the graph has ended and no draw holds a buffer, a file or a connection any more: after <see cref="Complete"/> once all work
    /// is done, after <see cref="Cancel"/> soon. Fails if the result callback threw.
    /// </summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts a graph.</summary>
    /// <param name="materializer">Runs it; when it goes, draws that run are cancelled.</param>
    /// <param name="draw">Draws one blob.</param>
    /// <param name="options">Parallelism and how many requests may wait.</param>
    /// <param name="onResult">Gets the result of each draw, one at a time, on a thread of the stream: pass it on, do not work or wait there.</param>
    /// <param name="onBegun">
    /// Gets the index of each blob that begins to grow in the store, from when on a successor can draw it here; on any thread,
    /// several at once.
    /// </param>
    public static DrawGraph Start(
        IMaterializer materializer, BlobDraw draw, DrawOptions options, Action<DrawResult> onResult, Action<int>? onBegun = null)
    {
        ArgumentNullException.ThrowIfNull(draw);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onResult);
        var graph = new DrawGraph(draw, options.Waiting, onResult, onBegun);
        var ((killSwitch, terminated), handedOut) = ChannelSource.FromReader(graph._requests.Reader)
            .SelectAsyncUnordered(options.Parallelism, graph.RunAsync)
            .ViaMaterialized(KillSwitches.Single<DrawResult>(), Keep.Right)
            .WatchTermination(Keep.Both)
            .ToMaterialized(Sink.ForEach<DrawResult>(graph.HandOut), Keep.Both)
            .Run(materializer);
        graph._killSwitch = killSwitch;
        graph.Completion = graph.EndAsync(terminated, handedOut);
        return graph;
    }

    /// <summary>Adds work if there is room; false when there is none, or when the graph takes no more.</summary>
    public bool TryOffer(DrawRequest request) => _requests.Writer.TryWrite(request);

    /// <summary>Connects to a holder before there is work for it, <see cref="BlobDraw.GreetAsync"/>.</summary>
    public void Greet(Holder holder) => _ = Task.Run(() => _draw.GreetAsync(holder, _cancel.Token));

    /// <summary>Adds work as soon as there is room; false when the graph takes no more.</summary>
    public async ValueTask<bool> OfferAsync(DrawRequest request, CancellationToken ct = default)
    {
        while (await _requests.Writer.WaitToWriteAsync(ct))
        {
            if (_requests.Writer.TryWrite(request))
                return true;
        }

        return false;
    }

    /// <summary>Takes no more work; what was offered is still done.</summary>
    public void Complete() => _requests.Writer.TryComplete();

    /// <summary>Stops everything: work that waits is dropped, draws that run are given up, no result is handed out any more.</summary>
    public void Cancel()
    {
        _requests.Writer.TryComplete();
        _killSwitch!.Shutdown();
        _cancel.Cancel();
    }

    /// <summary>Stops everything and waits until nothing is held any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Cancel();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task<DrawResult> RunAsync(DrawRequest request)
    {
        Interlocked.Increment(ref _held);
        // On a thread of its own choice: hashing and writing must not keep the stream's actor.
        return Task.Run(() => DrawAsync(request));
    }

    private async Task<DrawResult> DrawAsync(DrawRequest request)
    {
        try
        {
            var begun = _onBegun is null ? (Action?)null : () => _onBegun(request.Index);
            return new DrawResult(request.Index, await _draw.DrawAsync(request.Spec, request.Holder, begun, _cancel.Token), null);
        }
        catch (ContentException e)
        {
            return new DrawResult(request.Index, 0, e);
        }
        catch (Exception e)
        {
            // Cancelled, and then nobody gets to see it; or a fault of ours, which must not take the other draws along.
            var message = $"Drawing blob {request.Spec.Digest} from {request.Holder} broke off: {e.Message}";
            return new DrawResult(request.Index, 0, new ContentException(Reasons.ReadFailed, message, e) { Digest = request.Spec.Digest });
        }
        finally
        {
            Release();
        }
    }

    private void HandOut(DrawResult result)
    {
        if (!_cancel.IsCancellationRequested)
            _onResult(result);
    }

    private async Task EndAsync(Task terminated, Task handedOut)
    {
        try
        {
            // The sink tells of a callback that threw; that the materializer went is told by the watch alone.
            await terminated;
            await handedOut;
        }
        finally
        {
            // However the stream ended, draws that it does not wait for any more are of no use.
            _requests.Writer.TryComplete();
            await _cancel.CancelAsync();
            Release();
            await _idle.Task;
        }
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _held) == 0)
            _idle.TrySetResult();
    }
}
