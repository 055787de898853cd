using System.Globalization;
using CsCheck;
using Handcarry.Cli.Creation;

namespace Handcarry.Cli.Tests.Creation;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("fat32", 4294967295)]
    [InlineData("FAT32", 4294967295)]
    [InlineData("4GiB", 4294967296)]
    [InlineData("4G", 4294967296)]
    [InlineData("4 GB", 4000000000)]
    [InlineData("700MB", 700000000)]
    [InlineData("1.5KiB", 1536)]
    [InlineData("512", 512)]
    [InlineData("512B", 512)]
    [InlineData("1TiB", 1099511627776)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("GiB")]
    [InlineData("4GiBs")]
    [InlineData("4 G B")]
    [InlineData("1e9")]
    [InlineData("99999999999TiB")]
    [InlineData("0.1")]
    public void Anything_else_is_none(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Fact]
    public void Every_number_of_bytes_is_itself() =>
        Gen.Long[1, 999_999_999_999].Sample(bytes => ByteSize.TryParse(bytes.ToString(CultureInfo.InvariantCulture), out var parsed) && parsed == bytes);
}
