using CsCheck;
using Handcarry.Streams.Registry;

namespace Handcarry.Streams.Tests.Registry;

public sealed class ByteRangeTests
{
    [Fact]
    public void Any_part_that_is_asked_for_is_the_part_that_is_meant() =>
        Gen.Select(Gen.Long[0, 40], Gen.Long[0, 50], Gen.Long[0, 50]).Sample((size, first, last) =>
        {
            // What the header means, said as a set of offsets.
            Check($"bytes={first}-{last}", size, last < first ? null : Offsets(size).Where(at => at >= first && at <= last));
            Check($"bytes={first}-", size, Offsets(size).Where(at => at >= first));
            Check($"bytes=-{last}", size, Offsets(size).Where(at => at >= size - last));
        });

    [Fact]
    public void Whatever_is_accepted_lies_within_the_blob() =>
        Gen.Select(Gen.String[Gen.Char["0123456789-, =bytes"], 0, 14], Gen.Long[0, long.MaxValue]).Sample((text, size) =>
        {
            if (ByteRange.TryRead("bytes=" + text, size, out var range) && range is { } part)
            {
                Assert.InRange(part.Start, 0, size - 1);
                Assert.InRange(part.Length, 1, size - part.Start);
            }
        }, iter: 20_000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=5")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes=+1-2")]
    [InlineData("items=0-1")]
    public void A_header_that_says_nothing_to_us_is_ignored(string? header) => Assert.False(ByteRange.TryRead(header, 10, out _));

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=99999999999999999999-")]
    [InlineData("bytes=-0")]
    public void A_part_beyond_the_end_cannot_be_had(string header)
    {
        Assert.True(ByteRange.TryRead(header, 10, out var range));
        Assert.Null(range);
    }

    [Fact]
    public void A_number_too_large_for_any_blob_means_its_end()
    {
        Assert.True(ByteRange.TryRead("bytes=3-99999999999999999999", 10, out var range));
        Assert.Equal(new ByteRange(3, 7), range);
        Assert.Equal("bytes 3-9/10", range!.Value.ToContentRange(10));
    }

    private static IEnumerable<long> Offsets(long size) => Enumerable.Range(0, (int)size).Select(at => (long)at);

    private static void Check(string header, long size, IEnumerable<long>? offsets)
    {
        Assert.Equal(offsets is not null, ByteRange.TryRead(header, size, out var range));
        var expected = offsets?.ToArray() ?? [];
        Assert.Equal(expected.Length, range?.Length ?? 0);
        if (expected.Length > 0)
            Assert.Equal((expected[0], expected[^1]), (range!.Value.Start, range.Value.Last));
    }
}
