using System.IO.Compression;
using System.Text;
using CsCheck;
using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class TarSplitReaderTests
{
    [Fact]
    public void Segments_and_files_are_read_and_names_are_bytes()
    {
        var entries = Read("""
            {"type":2,"payload":"AQI=","position":0}
            {"type":1,"name":"sp\u00e4t<","size":7,"payload":"GWh6JIGF5no=","position":1}
            {"type":1,"name_raw":"/w==","payload":null,"position":2}
            """);
        Assert.Equal([1, 2], entries[0].Raw.ToArray());
        Assert.Equal((true, "sp\u00c3\u00a4t<", 7L), (entries[1].IsFile, entries[1].Name, entries[1].Size));
        Assert.Equal((true, "\u00ff", 0L), (entries[2].IsFile, entries[2].Name, entries[2].Size));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"type":3}""")]
    [InlineData("""{"type":"2"}""")]
    [InlineData("""{"type":1,"size":-1}""")]
    [InlineData("""{"type":2,"payload":"=!"}""")]
    [InlineData("""{"type":2} {"type":2}""")]
    [InlineData("""{"type":2,"payload":"AQI=""")]
    [InlineData("""{"type":1,"name_raw":7}""")]
    public void Anything_else_is_refused(string line) => Assert.Throws<LayerFormatException>(() => Read(line));

    [Fact]
    public void A_line_or_a_record_above_its_limit_is_refused()
    {
        Assert.Contains("a line is longer", Assert.Throws<LayerFormatException>(() => Read(new string(' ', 9 << 20))).Message, StringComparison.Ordinal);
        Assert.Contains("longer than", Assert.Throws<LayerFormatException>(() => Read(new string('\n', 70_000), limit: 60_000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_the_bytes_are_nothing_but_a_sentence_comes_of_it() =>
        Gen.Byte.Array[0, 200].Sample(static bytes =>
        {
            foreach (var stream in (Stream[])[new MemoryStream(bytes), Packed(bytes)])
            {
                try
                {
                    using var reader = new TarSplitReader(stream, 1000);
                    while (reader.Next() is not null)
                    {
                    }
                }
                catch (LayerFormatException e)
                {
                    Assert.NotEmpty(e.Message);
                }
            }
        }, iter: 1000);

    private static List<TarSplitEntry> Read(string lines, long limit = 64 << 20)
    {
        using var reader = new TarSplitReader(Packed(Encoding.UTF8.GetBytes(lines)), limit);
        var entries = new List<TarSplitEntry>();
        while (reader.Next() is { } entry)
            entries.Add(entry with { Raw = entry.Raw.ToArray() });
        return entries;
    }

    private static MemoryStream Packed(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        packed.Position = 0;
        return packed;
    }
}
