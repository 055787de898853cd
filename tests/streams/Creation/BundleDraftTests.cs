using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Tests.Bundles;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Creation;

public sealed class BundleDraftTests
{
    private static readonly SampleBundle Sample = SampleBundle.Small();
    private static readonly BundleLayout Layout = BundleLayout.Of(BundlePlanner.Plan(Sample.Contents()));
    private static readonly int Large = Enumerable.Range(0, Layout.Plan.Blobs.Count).MaxBy(i => Layout.Plan.Blobs[i].Size);

    [Fact]
    public async Task A_draft_filled_in_any_order_and_any_pieces_is_the_bundle_that_is_written_in_one_go()
    {
        var expected = await Sample.WriteAsync();
        Gen.Shuffle(Enumerable.Range(0, Layout.Plan.Blobs.Count).ToArray()).Select(Gen.Int[1000, 6_000_000], Gen.OneOf<long?>(null, 1_000_000)).Sample((order, piece, partSize) =>
        {
            using var folder = new TempFolder();
            using (var draft = BundleDraft.Open(folder.Path, Layout, partSize))
            {
                foreach (var blob in order)
                    Write(draft, blob, piece);
                draft.Finish(SampleBundle.UnpackedSize, null);
            }
            Assert.True(expected.AsSpan().SequenceEqual([.. PartNames.Find([folder.Sub("bundle.tar")]).SelectMany(File.ReadAllBytes)]));
        }, iter: 10);
    }

    [Fact]
    public void A_killed_run_goes_on_after_the_last_chunk_it_wrote()
    {
        using var folder = new TempFolder();
        var bytes = Sample.Blobs[Layout.Plan.Blobs[Large].Digest];
        using (var draft = BundleDraft.Open(folder.Path, Layout, null))
        using (var blob = draft.Begin(Large))
            Append(blob, bytes.AsMemory(0, bytes.Length - 1));

        using var again = BundleDraft.Open(folder.Path, Layout, null);
        using var rest = again.Begin(Large);
        Assert.Equal(BlobSpec.ChunkSize, rest.Position);
        Append(rest, bytes.AsMemory(BlobSpec.ChunkSize));
        Assert.True(Complete(rest));
        Assert.True(again.IsStored(Large));
    }

    [Fact]
    public void Chunks_that_a_power_cut_has_undone_are_written_again()
    {
        using var folder = new TempFolder();
        var bytes = Sample.Blobs[Layout.Plan.Blobs[Large].Digest];
        using (var draft = BundleDraft.Open(folder.Path, Layout, null))
        {
            using var blob = draft.Begin(Large);
            Append(blob, bytes.AsMemory(0, BlobSpec.ChunkSize + 5));
            draft.File.Write(new byte[100], Layout.OffsetOf(Large) + 3_000_000);
        }
        using var again = BundleDraft.Open(folder.Path, Layout, null);
        using var rest = again.Begin(Large);
        Assert.Equal(0, rest.Position);
        Append(rest, bytes);
        Assert.True(Complete(rest));
    }

    [Fact]
    public async Task Stored_blobs_that_a_power_cut_has_undone_are_found_and_fetched_again()
    {
        var expected = await Sample.WriteAsync();
        for (var victim = 0; victim < Layout.Plan.Blobs.Count; victim++)
        {
            using var folder = new TempFolder();
            using (var draft = BundleDraft.Open(folder.Path, Layout, null))
            {
                for (var i = 0; i < Layout.Plan.Blobs.Count; i++)
                    Write(draft, i, 1 << 20);
                draft.File.Write(new byte[4], Layout.OffsetOf(victim) + Layout.Plan.Blobs[victim].Size - 4);
            }
            using var again = BundleDraft.Open(folder.Path, Layout, null);
            long looked = 0;
            Assert.Equal(Layout.Plan.Size - Layout.Plan.Blobs[victim].Size, await again.RecheckAsync(bytes => Interlocked.Add(ref looked, bytes), default));
            Assert.Equal(Layout.Plan.Size, looked);
            Assert.Equal([victim], Enumerable.Range(0, Layout.Plan.Blobs.Count).Where(i => !again.IsStored(i)));
            Write(again, victim, 1 << 20);
            again.Finish(SampleBundle.UnpackedSize, null);
            Assert.True(expected.AsSpan().SequenceEqual(File.ReadAllBytes(folder.Sub("bundle.tar"))));
        }
    }

    [Fact]
    public void A_journal_cut_at_any_byte_is_understood()
    {
        using var folder = new TempFolder();
        using (var draft = BundleDraft.Open(folder.Path, Layout, null))
        {
            for (var i = 0; i < Layout.Plan.Blobs.Count; i++)
                Write(draft, i, 1 << 20);
            draft.SetUnpackedSize(Large, 17);
        }
        var journal = File.ReadAllBytes(folder.Sub("journal"));
        for (var length = 0; length <= journal.Length; length++)
        {
            File.WriteAllBytes(folder.Sub("journal"), journal[..length]);
            using var draft = BundleDraft.Open(folder.Path, Layout, null);
            Assert.Equal(Layout.Id, draft.Journal.Layout);
            Assert.Equal(length == journal.Length ? 17 : null, draft.UnpackedSize(Large));
        }
    }

    [Fact]
    public void Wrong_bytes_are_not_stored_and_the_blob_begins_anew()
    {
        using var folder = new TempFolder();
        using var draft = BundleDraft.Open(folder.Path, Layout, null);
        var bytes = Sample.Blobs[Layout.Plan.Blobs[Large].Digest];
        using var blob = draft.Begin(Large);
        long progress = 0;
        draft.Progress = by => progress += by;
        byte[] wrong = [.. bytes];
        wrong[1] ^= 1;
        Append(blob, wrong);
        Assert.False(Complete(blob));
        Assert.Equal((0, 0, false), (blob.Position, progress, draft.IsStored(Large)));
        Append(blob, bytes);
        Assert.True(Complete(blob));
        Assert.Equal(bytes.Length, progress);
        Assert.Equal(Reasons.SizeMismatch, Assert.Throws<ContentException>(() => Append(blob, new byte[1])).Reason);
    }

    [Fact]
    public void A_draft_of_something_else_is_refused_and_stays()
    {
        using var folder = new TempFolder();
        BundleDraft.Open(folder.Path, Layout, null).Dispose();
        var other = BundleLayout.Of(BundlePlanner.Plan(Sample.Contents() with { Channels = [] }));
        Assert.Equal(Reasons.DraftDiffers, Assert.Throws<ContentException>(() => BundleDraft.Open(folder.Path, other, null)).Reason);
        Assert.Equal(Reasons.DraftDiffers, Assert.Throws<ContentException>(() => BundleDraft.Open(folder.Path, Layout, 1 << 20)).Reason);
        BundleDraft.Open(folder.Path, Layout, null).Dispose();
    }

    [Fact]
    public void The_whole_size_is_set_aside_at_once()
    {
        using var folder = new TempFolder();
        using var draft = BundleDraft.Open(folder.Path, Layout, null);
        Assert.Equal(Layout.Length, new FileInfo(folder.Sub("bundle.tar")).Length);
    }

    private static void Write(BundleDraft draft, int index, int piece)
    {
        using var blob = draft.Begin(index);
        var bytes = Sample.Blobs[Layout.Plan.Blobs[index].Digest].AsMemory((int)blob.Position);
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(piece, bytes.Length)..])
            Append(blob, bytes[..Math.Min(piece, bytes.Length)]);
        Assert.True(Complete(blob));
    }

    private static void Append(DraftBlob blob, ReadOnlyMemory<byte> bytes) => blob.AppendAsync(bytes, default).AsTask().GetAwaiter().GetResult();

    private static bool Complete(DraftBlob blob) => blob.CompleteAsync(default).AsTask().GetAwaiter().GetResult();
}
