using System.Buffers.Binary;
using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class HostileBundleTests
{
    private static readonly byte[] Bundle = SampleOf().WriteAsync().GetAwaiter().GetResult();
    private static readonly List<Entry> Entries = EntriesOf(Bundle);

    [Fact]
    public async Task A_bundle_cut_off_at_any_block_ends_with_ReadFailed_at_its_end()
    {
        for (var length = 0; length < Bundle.Length; length += 512)
        {
            var e = await Assert.ThrowsAsync<ContentException>(() => Reading.AllAsync(new ShortReads(Bundle[..length], 1)));
            Assert.Equal((Reasons.ReadFailed, (long)length), (e.Reason, e.Offset));
            // One that can seek may notice a little later, after what it has sought over.
            e = await Assert.ThrowsAsync<ContentException>(() => Reading.AllAsync(new MemoryStream(Bundle[..length])));
            Assert.Equal(Reasons.ReadFailed, e.Reason);
            Assert.True(e.Offset >= length);
        }
    }

    [Fact]
    public async Task What_follows_the_end_of_the_archive_is_not_looked_at() =>
        await Reading.AllAsync(new MemoryStream([.. Bundle, .. Content.Blobs.Bytes(5000)]));

    [Fact]
    public void Random_bytes_are_no_bundle() =>
        Gen.Byte.Array[512, 3000].Sample(bytes =>
            Assert.Equal(Reasons.NotABundle, Reading.FailsAsync(bytes).GetAwaiter().GetResult().Reason), iter: 50);

    [Fact]
    public void A_flipped_bit_never_passes() =>
        Gen.Int[0, Bundle.Length - 1].Select(Gen.Int[0, 7]).Sample((at, bit) =>
        {
            var bytes = Bundle.ToArray();
            bytes[at] ^= (byte)(1 << bit);
            var entry = Entries.Last(e => e.Header <= at);
            var inData = at >= entry.Data && at < entry.Data + entry.Size;
            // Nobody reads the first two, and nothing in the bundle vouches for metadata.json: signatures do.
            if (inData && entry.Name is EntryName.Layout or EntryName.Index or EntryName.Metadata)
                return;
            if (inData && Entries.IndexOf(entry) > 3)
                Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => Reading.AllAsync(new MemoryStream(bytes))).GetAwaiter().GetResult();
            else
                Reading.FailsAsync(bytes).GetAwaiter().GetResult();
        }, iter: 300);

    [Fact]
    public async Task A_wrong_checksum_is_refused_with_its_place()
    {
        foreach (var entry in Entries)
        {
            var bytes = Bundle.ToArray();
            bytes[entry.Header + 150] ^= 1;
            var e = await Reading.FailsAsync(bytes);
            Assert.Equal((Reasons.InvalidBundle, (long)entry.Header), (e.Reason, e.Offset));
            Assert.Contains("checksum", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_size_in_a_header_other_than_announced_is_refused()
    {
        foreach (var entry in Entries.Where(e => e.Name.StartsWith("blobs/", StringComparison.Ordinal)))
        {
            foreach (var size in new[] { entry.Size + 1, entry.Size + 512, Math.Max(0, entry.Size - 1), 1L << 33, long.MaxValue }.Where(s => s != entry.Size))
                Assert.Equal(Reasons.InvalidBundle, (await Reading.FailsAsync(With(entry, size))).Reason);
        }
    }

    [Fact]
    public async Task Huge_sizes_of_the_other_entries_are_refused_before_anything_is_allocated()
    {
        foreach (var entry in Entries.Where(e => !e.Name.StartsWith("blobs/", StringComparison.Ordinal)))
        {
            var reason = entry.Name == "metadata.json" ? Reasons.LimitExceeded : Reasons.InvalidBundle;
            Assert.Equal(reason, (await Reading.FailsAsync(With(entry, long.MaxValue))).Reason);
        }
    }

    [Fact]
    public async Task What_oci_layout_and_index_say_must_follow_from_the_inventory()
    {
        foreach (var entry in Entries.Where(e => e.Name is "oci-layout" or "index.json"))
        {
            var bytes = Bundle.ToArray();
            bytes[entry.Header + 520] ^= 1;
            var e = await Reading.FailsAsync(bytes);
            Assert.Equal(Reasons.InvalidBundle, e.Reason);
            Assert.Contains(entry.Name, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_entry_is_refused()
    {
        foreach (var entry in Entries)
        {
            byte[] bytes = [.. Bundle.AsSpan(0, entry.Header), .. Bundle.AsSpan(entry.End)];
            Assert.Equal(Wrong(entry), (await Reading.FailsAsync(bytes)).Reason);
        }
    }

    [Fact]
    public async Task A_duplicate_entry_is_refused()
    {
        foreach (var entry in Entries)
        {
            byte[] bytes = [.. Bundle.AsSpan(0, entry.End), .. Bundle.AsSpan(entry.Header)];
            var e = await Reading.FailsAsync(bytes);
            Assert.Equal((Reasons.InvalidBundle, (long)entry.End), (e.Reason, e.Offset));
        }
    }

    [Fact]
    public async Task A_foreign_entry_is_refused_wherever_it_stands()
    {
        byte[] foreign = [.. UstarHeaderTests.Block(EntryName.Of(Digest.Of("foreign"u8)), 0)];
        foreach (var entry in Entries)
        {
            byte[] bytes = [.. Bundle.AsSpan(0, entry.Header), .. foreign, .. Bundle.AsSpan(entry.Header)];
            Assert.Equal(Wrong(entry), (await Reading.FailsAsync(bytes)).Reason);
        }
        byte[] last = [.. Bundle.AsSpan(0, Entries[^1].End), .. foreign, .. new byte[1024]];
        Assert.Equal(Reasons.InvalidBundle, (await Reading.FailsAsync(last)).Reason);
    }

    [Fact]
    public async Task Two_entries_in_the_wrong_order_are_refused()
    {
        for (var i = 0; i + 1 < Entries.Count; i++)
        {
            byte[] bytes =
            [
                .. Bundle.AsSpan(0, Entries[i].Header), .. Bundle.AsSpan(Entries[i + 1].Header, Entries[i + 1].End - Entries[i + 1].Header),
                .. Bundle.AsSpan(Entries[i].Header, Entries[i].End - Entries[i].Header), .. Bundle.AsSpan(Entries[i + 1].End),
            ];
            Assert.Equal(Wrong(Entries[i]), (await Reading.FailsAsync(bytes)).Reason);
        }
    }

    [Fact]
    public async Task An_inventory_that_does_not_hash_to_the_commitment_is_refused_before_it_is_parsed()
    {
        var bytes = Bundle.ToArray();
        bytes[Entries[1].Data + 20] ^= 1;
        var e = await Reading.FailsAsync(bytes);
        Assert.Equal(Reasons.DigestMismatch, e.Reason);
        Assert.Equal(Entries[1].Name, EntryName.Of(e.Digest!.Value));
    }

    [Fact]
    public async Task A_medium_that_fails_is_ReadFailed_with_its_place()
    {
        await using var broken = new BrokenStream(Bundle, at: 3000);
        var e = await Assert.ThrowsAsync<ContentException>(() => Reading.AllAsync(broken));
        Assert.Equal((Reasons.ReadFailed, 3000L), (e.Reason, e.Offset));
        Assert.Contains("No such device", e.Message, StringComparison.Ordinal);
    }

    // Whether it is a bundle at all is decided by how it begins.
    private static string Wrong(Entry at) => at == Entries[0] ? Reasons.NotABundle : Reasons.InvalidBundle;

    private static SampleBundle SampleOf()
    {
        var sample = new SampleBundle();
        sample.Image("release", sample.Layer(700, 1), sample.Layer(512, 2));
        sample.Image("other", sample.Layer(0, 3), sample.Layer(700, 1));
        return sample;
    }

    private static byte[] With(Entry entry, long size)
    {
        var bytes = Bundle.ToArray();
        UstarHeaderTests.Block(entry.Name, size).CopyTo(bytes, entry.Header);
        return bytes;
    }

    private static List<Entry> EntriesOf(byte[] bundle)
    {
        var entries = new List<Entry>();
        for (var at = 0; bundle[at] != 0; at = entries[^1].End)
        {
            Assert.True(UstarHeader.TryRead(bundle.AsSpan(at, 512), out var header, out _));
            entries.Add(new Entry(header.Name, at, at + 512, (int)header.Size));
        }
        return entries;
    }

    private sealed record Entry(string Name, int Header, int Data, int Size)
    {
        public int End => Data + Size + UstarHeader.Padding(Size);
    }

    private sealed class BrokenStream(byte[] bytes, int at) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= at
                ? throw new IOException("No such device or address")
                : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, at - Position)], cancellationToken);
    }
}
