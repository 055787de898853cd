using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Streams.Creation;

/// <summary>Blobs that are on this machine already.</summary>
/// <param name="open">Opens one that can seek; disposed after use.</param>
public sealed class LocalOrigin(Func<Digest, Stream> open) : IBlobOrigin
{
    private const int BufferSize = 1 << 20;

    /// <inheritdoc/>
    public Task FetchAsync(Descriptor blob, IBlobTarget target, CancellationToken ct) => CopyAsync(open(blob.Digest), blob, target, ct);

    internal static async Task CopyAsync(Stream source, Descriptor blob, IBlobTarget target, CancellationToken ct)
    {
        await using var owned = source;
        source.Position = target.Position;
        var buffer = TransferBuffers.Pool.Rent(BufferSize);
        try
        {
            for (int read; (read = await source.ReadAsync(buffer, ct)) > 0;)
                await target.AppendAsync(buffer.AsMemory(0, read), ct);
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
        if (!await target.CompleteAsync(ct))
            throw new ContentException(Reasons.DigestMismatch, $"Blob {blob.Digest} is damaged on this machine. Run the command again with --discard.") { Digest = blob.Digest };
    }
}
