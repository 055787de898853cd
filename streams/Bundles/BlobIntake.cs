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
            var (wanted, unreadable) = await ReadMissingAsync(entry, ingest, buffers, ct);
            if (unreadable is not null)
                return Task.FromResult<IntakeResult>(new IntakeResult.Rejected(entry.Index, unreadable));
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

    // What is not here yet, in one or more stretches; what cannot be read is left out, in whole chunks. Tells how much was read, and the first failure.
    private async Task<(long Read, ContentException? Unreadable)> ReadMissingAsync(BundleEntry entry, BlobIngest ingest, (byte[], byte[]) buffers, CancellationToken ct)
    {
        var read = 0L;
        ContentException? unreadable = null;
        while (entry.Remaining > 0)
        {
            var at = entry.Blob.Size - entry.Remaining;
            var (start, end) = ingest.NextMissing();
            await entry.SkipAsync(start - at, ct);
            try
            {
                await CopyAsync(entry, end - start, ingest, buffers, ct);
                read += end - start;
            }
            catch (ContentException e) when (entry.CanPass(e))
            {
                unreadable ??= e;
                at = entry.Blob.Size - entry.Remaining;
                await entry.SkipAsync(ingest.LeaveOut(at + e.Unreadable!.Value) - at, ct);
            }
        }
        return (read, unreadable);
    }

    private async Task CopyAsync(BundleEntry entry, long length, BlobIngest ingest, (byte[] Filled, byte[] Spare) buffers, CancellationToken ct)
    {
        var read = await ReadAsync(entry, buffers.Filled, length, ct);
        while (read > 0)
        {
            length -= read;
            var (spare, left) = (buffers.Spare, length);
            // On its own thread, or reading and hashing would take turns: file reads often complete at once.
            var ahead = left > 0 ? Task.Run(() => ReadAsync(entry, spare, left, ct), CancellationToken.None) : Task.FromResult(0);
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

    private async Task<int> ReadAsync(BundleEntry entry, byte[] buffer, long most, CancellationToken ct)
    {
        var read = await entry.ReadAsync(buffer.AsMemory(0, (int)Math.Min(options.BufferSize, most)), ct);
        options.Progress?.Invoke(reader.BytesRead);
        if (options.Limit is { } limit)
            await limit.TakeAsync(read, ct);
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
