using System.IO.Pipelines;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>
/// A writer to a peer that may leave at any time. Kestrel takes a flush that throws for a fault of its own; the end of a pipe is what it knows as a reader that went.
/// </summary>
internal sealed class PeerOutput(PipeWriter inner, Action closed) : PipeWriter
{
    private bool _broken;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_broken)
            return new FlushResult(isCanceled: false, isCompleted: true);
        try
        {
            return await inner.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _broken = true;
            closed();
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    public override void Complete(Exception? exception = null) => CompleteAsync(exception).AsTask().GetAwaiter().GetResult();

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        await FlushAsync();
        // Nothing is left that completing could fail to send; with an error it only gives its blocks back.
        await inner.CompleteAsync(_broken ? new IOException("The peer is gone.") : exception);
    }
}
