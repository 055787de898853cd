using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Creation;

/// <summary>
/// A bundle that is being made, in a folder of its own: <c>bundle.tar</c> (or its parts) of the final size, and <c>journal</c>. Blobs are
/// written to their final places in any order; a killed run goes on where it was. Several blobs may be written at the same time.
/// </summary>
public sealed class BundleDraft : IDisposable
{
    /// <summary>Name of the data, or of its parts, in the folder.</summary>
    public const string DataName = "bundle.tar";

    private const string JournalName = "journal";

    private BundleDraft(BundleLayout layout, PartedFile file, DraftJournal journal)
    {
        Layout = layout;
        File = file;
        Journal = journal;
    }

    /// <summary>Where everything goes.</summary>
    public BundleLayout Layout { get; }

    /// <summary>The bundle's file or parts.</summary>
    public PartedFile File { get; }

    /// <summary>Hears how many bytes of blobs were written, from any thread; less than nothing when they turned out wrong.</summary>
    public Action<long>? Progress { get; set; }

    internal DraftJournal Journal { get; }

    /// <summary>Begins a draft, or goes on with the one in the folder.</summary>
    /// <param name="folder">Exists, and belongs to this draft.</param>
    /// <param name="layout">What is to be made.</param>
    /// <param name="partSize">Most bytes per part; null for one file.</param>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.DraftDiffers"/>: there is one of something else; <see cref="Reasons.NoSpace"/>: its size cannot be set aside; <see cref="Reasons.WriteFailed"/>.
    /// </exception>
    public static BundleDraft Open(string folder, BundleLayout layout, long? partSize)
    {
        var journal = DraftJournal.Open(Path.Combine(folder, JournalName), layout.Id);
        try
        {
            if (journal.Layout != layout.Id)
                throw Differs(folder, "other contents");
            var data = Path.Combine(folder, DataName);
            if (System.IO.File.Exists(data) ? partSize is not null : partSize is null && System.IO.File.Exists(PartNames.Of(data, 1)))
                throw Differs(folder, "parts of another size");
            var file = PartedFile.Create(data, layout.Length, partSize);
            return new BundleDraft(layout, file, journal);
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Whether a blob is at its place.</summary>
    public bool IsStored(int blob) => Journal.Of(blob).IsStored;

    /// <summary>Size of a layer when decompressed, in bytes, once <see cref="SetUnpackedSize"/> was told.</summary>
    public long? UnpackedSize(int blob) => Journal.Of(blob).UnpackedSize;

    /// <summary>Remembers the size of a layer when decompressed.</summary>
    public void SetUnpackedSize(int blob, long size) => Journal.Unpacked(blob, size);

    /// <summary>Reads the data of a blob.</summary>
    public Stream OpenRead(int blob) => File.OpenRead(Layout.OffsetOf(blob), Layout.Plan.Blobs[blob].Size);

    /// <summary>Makes sure that what an earlier run stored is still there, which a power cut may have undone; what is not is to be fetched again.</summary>
    /// <param name="checkedBytes">Hears how many bytes were looked at.</param>
    /// <param name="ct">Stops between blobs.</param>
    /// <returns>Bytes that need not be fetched again.</returns>
    public async Task<long> RecheckAsync(Action<long>? checkedBytes, CancellationToken ct)
    {
        var stored = Enumerable.Range(0, Layout.Plan.Blobs.Count).Where(IsStored);
        long kept = 0;
        await Parallel.ForEachAsync(stored, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount), CancellationToken = ct }, async (blob, token) =>
        {
            await using var stream = OpenRead(blob);
            if (Digest.FromHash(await System.Security.Cryptography.SHA256.HashDataAsync(stream, token)) == Layout.Plan.Blobs[blob].Digest)
                Interlocked.Add(ref kept, Layout.Plan.Blobs[blob].Size);
            else
                Journal.Lost(blob, Journal.Of(blob).Chunks.Count);
            checkedBytes?.Invoke(Layout.Plan.Blobs[blob].Size);
        });
        return kept;
    }

    /// <summary>A blob that is to be written; its position says how much of it an earlier run left.</summary>
    internal DraftBlob Begin(int blob) => new(this, blob);

    /// <summary>Completes the bundle: its front, all headers, its end. It is not synced yet: <see cref="PartedFile.Flush"/>.</summary>
    /// <param name="unpackedSize">Sum of the sizes of all distinct layers when decompressed, in bytes.</param>
    /// <param name="sign">Signs the commitment.</param>
    public BundleFront Finish(long unpackedSize, Func<Digest, IReadOnlyList<EngineerSignature>>? sign)
    {
        var blobs = Layout.Plan.Blobs;
        for (var i = 0; i < blobs.Count; i++)
        {
            if (!IsStored(i))
                throw new InvalidOperationException($"Blob {blobs[i].Digest} is not in the draft.");
            File.Write(Layout.HeaderOf(i), Layout.OffsetOf(i) - UstarHeader.Block);
            File.Write(new byte[UstarHeader.Padding(blobs[i].Size)], Layout.OffsetOf(i) + blobs[i].Size);
        }
        File.Write(new byte[UstarHeader.EndBytes], Layout.Length - UstarHeader.EndBytes);
        var front = Layout.Front([.. blobs.Select((blob, i) => BlobSpec.ChunkCount(blob.Size) == 0 ? (IReadOnlyList<Digest>)[] : Journal.Of(i).Chunks)], unpackedSize, sign);
        File.Write(front.Bytes.Span, 0);
        return front;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Journal.Dispose();
        File.Dispose();
    }

    private static ContentException Differs(string folder, string how) =>
        new(Reasons.DraftDiffers, $"In {folder} a bundle with {how} is half made. Run the command that began it to go on, or give --discard to begin anew. (Images by tag, and signatures that can or cannot be found, make other contents, too.)");
}
