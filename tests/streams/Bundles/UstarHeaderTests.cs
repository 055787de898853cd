using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class UstarHeaderTests
{
    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.Int[0, 2].Select(i => new[] { EntryName.Metadata, EntryName.Layout, EntryName.Index }[i]),
        Gen.Byte.Array[32].Select(hash => EntryName.Of(Digest.FromHash(hash))));

    [Fact]
    public void Every_name_and_size_reads_back() =>
        Gen.Select(Names, Gen.OneOf(Gen.Long[0, 10_000], Gen.Long[(1L << 33) - 3, (1L << 33) + 3], Gen.Long[0, long.MaxValue])).Sample((name, size) =>
        {
            var block = Block(name, size);
            Assert.True(UstarHeader.TryRead(block, out var header, out var error), error);
            Assert.Equal(new UstarHeader(name, size), header);
        });

    [Fact]
    public void A_header_with_one_flipped_bit_never_passes_as_another() =>
        Gen.Select(Names, Gen.Long[0, 1L << 40], Gen.Int[0, UstarHeader.Block - 1], Gen.Int[0, 7]).Sample((name, size, at, bit) =>
        {
            var block = Block(name, size);
            block[at] ^= (byte)(1 << bit);
            Assert.False(UstarHeader.TryRead(block, out _, out var error));
            Assert.NotEmpty(error);
        });

    [Fact]
    public void Random_blocks_are_refused_without_an_exception() =>
        Gen.Byte.Array[UstarHeader.Block].Sample(block => Assert.False(UstarHeader.TryRead(block, out _, out _)));

    [Theory]
    [InlineData("../../etc/shadow")]
    [InlineData("/metadata.json")]
    [InlineData("./metadata.json")]
    [InlineData("metadata.json/")]
    [InlineData("Metadata.json")]
    [InlineData("blobs/sha256/../../metadata.json")]
    [InlineData("blobs/sha256/ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789")]
    [InlineData("blobs/sha256/0123")]
    [InlineData("blobs/sha512/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("")]
    public void A_name_outside_the_closed_set_is_refused(string name)
    {
        Assert.False(UstarHeader.TryRead(Block(name, 1), out _, out var error));
        Assert.Contains("name", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((byte)'1')]
    [InlineData((byte)'2')]
    [InlineData((byte)'5')]
    [InlineData((byte)'x')]
    [InlineData((byte)'g')]
    [InlineData((byte)'L')]
    [InlineData((byte)'K')]
    [InlineData((byte)'S')]
    [InlineData((byte)0)]
    public void Only_regular_files_are_entries(byte type) =>
        Refused(block => block[156] = type, "type");

    [Fact]
    public void Bytes_hidden_behind_the_name_are_refused() => Refused(block => block[50] = (byte)'x', "name");

    [Fact]
    public void A_path_prefix_is_refused() => Refused(block => block[345] = (byte)'x', "prefix");

    [Fact]
    public void A_link_target_is_refused() => Refused(block => block[157] = (byte)'x', "link");

    [Theory]
    [InlineData(124, (byte)'-')]
    [InlineData(124, (byte)' ')]
    [InlineData(130, (byte)'8')]
    [InlineData(124, (byte)0xff)]
    [InlineData(124, (byte)0x80)]
    public void A_size_that_is_not_written_as_we_write_it_is_refused(int at, byte value) => Refused(block => block[at] = value, "size");

    private static void Refused(Action<byte[]> change, string why)
    {
        var block = Block(EntryName.Metadata, 5);
        change(block);
        Reseal(block);
        Assert.False(UstarHeader.TryRead(block, out _, out var error));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    internal static byte[] Block(string name, long size)
    {
        var block = new byte[UstarHeader.Block];
        new UstarHeader(name, size).Write(block);
        return block;
    }

    /// <summary>Makes the checksum right again, as whoever forges a header would.</summary>
    internal static void Reseal(Span<byte> block)
    {
        "        "u8.CopyTo(block[148..]);
        var sum = 0;
        foreach (var b in block[..UstarHeader.Block])
            sum += b;
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", block[148..]);
    }
}
