using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// The loop of the intake. Two buffers: the medium fills one while the other is hashed and written. They are rented here and go back
/// here; no element ever carries one.
/// </summary>
internal sealed class BlobIntake(BundleReader reader, BlobStore store, IntakeOptions options)
{
    public async IAsyncEnumerable<IntakeResult> RunAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var pending = new Queue<Task<IntakeResult>>();
        var buffers = (TransferBuffers.Pool.Rent(options.BufferSize), TransferBuffers.Pool.Rent(options.BufferSize));
        Exception? failure = null;
        try
        {
            while (failure is null)
            {
                BundleEntry? entry = null;
                try
                {
                    entry = await reader.NextAsync(ct);
                }
                catch (Exception e)
                {
                    failure = e;
                }
                if (entry is null)
                    break;
                // Large ones are long to read: nobody shall wait that long for the results before them, nor for theirs.
                var large = entry.Blob.Size > BlobSpec.ChunkSize;
                while (large && pending.TryDequeue(out var before))
                    yield return await before;
                try
                {
                    pending.Enqueue(await TakeAsync(entry, buffers, ct));
                }
                catch (Exception e)
                {
                    failure = e;
                }
                while (pending.TryPeek(out var first) && (large || first.IsCompleted || pending.Count >= options.PendingSyncs))
                    yield return await pending.Dequeue();
            }
            while (pending.TryDequeue(out var next))
                yield return await next;
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
        }
        finally
        {
            await ((Task)Task.WhenAll(pending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            TransferBuffers.Pool.Return(buffers.Item1);
            TransferBuffers.Pool.Return(buffers.Item2);
        }
    }

    // Returns when the bytes are read; the task in it ends when they are durable.
    private async Task<Task<IntakeResult>> TakeAsync(BundleEntry entry, (byte[], byte[]) buffers, CancellationToken ct)
    {
        BlobIngest? ingest = null;
        try
        {
            ingest = await store.BeginAsync(entry.Blob.ToSpec(), ct);
            if (ingest is null)
                return Task.FromResult<IntakeResult>(new IntakeResult.Present(entry.Index));
            options.Begun?.Invoke(entry.Index);
            await entry.SkipAsync(ingest.Verified, ct);
            var wanted = entry.Remaining;
            await CopyAsync(entry, ingest, buffers, ct);
            var done = CompleteAsync(entry.Index, wanted, ingest, ct);
            ingest = null;
            return done;
        }
        catch (ContentException e) when (IsViolation(e))
        {
            return Task.FromResult<IntakeResult>(new IntakeResult.Rejected(entry.Index, e));
        }
        finally
        {
            if (ingest is not null)
                await ingest.DisposeAsync();
        }
    }

    private async Task CopyAsync(BundleEntry entry, BlobIngest ingest, (byte[] Filled, byte[] Spare) buffers, CancellationToken ct)
    {
        var read = await ReadAsync(entry, buffers.Filled, ct);
        while (read > 0)
        {
            // On its own thread, or reading and hashing would take turns: file reads often complete at once.
            var ahead = entry.Remaining > 0 ? Task.Run(() => ReadAsync(entry, buffers.Spare, ct), CancellationToken.None) : Task.FromResult(0);
            try
            {
                ingest.Append(buffers.Filled.AsSpan(0, read));
            }
            catch
            {
                // The read must have left the buffer before the buffer can serve another blob.
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
            read = await ahead;
            buffers = (buffers.Spare, buffers.Filled);
        }
    }

    private async Task<int> ReadAsync(BundleEntry entry, byte[] buffer, CancellationToken ct)
    {
        var read = await entry.ReadAsync(buffer.AsMemory(0, options.BufferSize), ct);
        options.Progress?.Invoke(reader.BytesRead);
        return read;
    }

    private static async Task<IntakeResult> CompleteAsync(int index, long bytesRead, BlobIngest ingest, CancellationToken ct)
    {
        await using (ingest)
        {
            try
            {
                await ingest.CompleteAsync(ct);
                return new IntakeResult.Stored(index, bytesRead);
            }
            catch (ContentException e) when (IsViolation(e))
            {
                return new IntakeResult.Rejected(index, e);
            }
        }
    }

    private static bool IsViolation(ContentException e) => e.Reason is Reasons.DigestMismatch or Reasons.SizeMismatch;
}
