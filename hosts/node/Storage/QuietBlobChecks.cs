using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>Reads blobs again on a thread that gets processor time and the disk only when nobody else wants them, unless that becomes too slow.</summary>
/// <param name="store">The node's blobs.</param>
/// <param name="floor">Bytes a second below which it gets louder; 0: never.</param>
/// <param name="time">The clock.</param>
public sealed class QuietBlobChecks(BlobStore store, long floor, TimeProvider time) : IBlobChecks
{
    /// <inheritdoc/>
    public async Task RunAsync(IReadOnlyList<InventoryBlob> blobs, Action<int, string> damaged, IProgress<StoreProgress> progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var total = blobs.Sum(static blob => blob.Size);
        using var paced = new PacedThreads(1, floor, new NotTooOften(progress, time), time);
        await Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.None, paced.Threads);

        void Run()
        {
            long before = 0;
            for (var i = 0; i < blobs.Count; i++)
            {
                var (blob, done) = (blobs[i], before);
                if (BlobCheck.Damage(Path.Combine(store.BlobsPath, "sha256", blob.Digest.Hex), blob, cancellationToken, read => paced.Report(new StoreProofProgress(done + read, total))) is { } sentence)
                    damaged(i, sentence);
                before += blob.Size;
            }
        }
    }

    private sealed class NotTooOften(IProgress<StoreProgress> progress, TimeProvider time) : IProgress<StoreProgress>
    {
        private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);
        private long _told = time.GetTimestamp();

        public void Report(StoreProgress value)
        {
            if (time.GetElapsedTime(_told) < Often)
                return;
            _told = time.GetTimestamp();
            progress.Report(value);
        }
    }
}
