using System.IO.Pipelines;

namespace Handcarry.Streams.Registry.Transport;

/// <summary>
/// What Kestrel reads requests from and writes responses to. A loop of its own reads on while a response is sent, because that is how a peer that left is noticed;
/// a flush of the output returns when the socket has taken everything.
/// </summary>
internal sealed class PeerPipe : IDuplexPipe
{
    // Requests are small; what is pushed stops being read when this much waits.
    private static readonly PipeOptions Requests = new(WideMemoryPool.Instance, pauseWriterThreshold: 256 << 10, resumeWriterThreshold: 128 << 10, useSynchronizationContext: false);

    private readonly Stream _stream;
    private readonly Action _closed;
    private readonly Pipe _input = new(Requests);
    private readonly Task _receiving;

    /// <param name="stream">Both directions, decrypted.</param>
    /// <param name="closed">Called when the peer has left or cannot be reached any more; once or twice.</param>
    public PeerPipe(Stream stream, Action closed)
    {
        (_stream, _closed) = (stream, closed);
        Output = new PeerOutput(PipeWriter.Create(stream, new StreamPipeWriterOptions(WideMemoryPool.Instance, leaveOpen: true)), closed);
        _receiving = ReceiveAsync();
    }

    public PipeReader Input => _input.Reader;

    public PipeWriter Output { get; }

    /// <summary>Sends what is left, closes <paramref name="wire"/>, below the stream, and returns when nobody uses either any more.</summary>
    public async Task EndAsync(Stream wire)
    {
        await Output.CompleteAsync();
        await _input.Reader.CompleteAsync();
        await wire.DisposeAsync();
        await _receiving;
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (await _stream.ReadAsync(_input.Writer.GetMemory()) is > 0 and var read)
            {
                _input.Writer.Advance(read);
                if ((await _input.Writer.FlushAsync()).IsCompleted)
                    break;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            error = e;
        }

        await _input.Writer.CompleteAsync(error as IOException);
        _closed();
    }
}
