using System.Formats.Tar;
using System.Text;
using CsCheck;
using Handcarry.Hosts.Node.Storage.Proof;
using TarEntry = Handcarry.Hosts.Node.Storage.Proof.TarEntry;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class TarHeadersTests
{
    private static readonly Gen<string> GenName = Gen.Char["ab/-\u00e4\u4e2d"].Array[1, 150].Select(static letters => "n" + new string(letters)).Select(static name => name.TrimEnd('/'));

    private static readonly Gen<TarEntryFormat> GenFormat = Gen.Bool.Select(static pax => pax ? TarEntryFormat.Pax : TarEntryFormat.Gnu);

    private static readonly Gen<Sample> GenSample = Gen.Select(
        GenName, GenName, Gen.Int[0, 0xFFF], Gen.Int[0, 3_000_000], Gen.Int[0, 3000], Gen.Int[0, 4], GenFormat,
        static (name, link, mode, id, size, type, format) => new Sample(name, link, mode, id, type == 0 ? size : 0, (TarEntryType)((int)TarEntryType.RegularFile + (type == 0 ? 0 : type == 1 ? 2 : type == 2 ? 5 : type == 3 ? 3 : 6)), format));

    [Fact]
    public void What_was_written_is_read_however_the_stream_is_cut() =>
        Gen.Select(GenSample.Array[0, 8], Gen.Int[1, 2000]).Sample((samples, cut) =>
        {
            var entries = Read(Write(samples), cut);
            Assert.Equal(samples.Length, entries.Count);
            foreach (var (sample, entry) in samples.Zip(entries))
            {
                Assert.Equal(sample.Name, Text(entry.Name).TrimEnd('/'));
                Assert.Equal((sample.Size, (uint)sample.Mode, (uint)sample.Id), (entry.Size, entry.Mode, entry.Owner));
                Assert.Equal((char)sample.Type, entry.Type);
                if (sample.Type == TarEntryType.SymbolicLink)
                    Assert.Equal(sample.Link, Text(entry.Link));
                if (sample.Type == TarEntryType.CharacterDevice)
                    Assert.Equal((1u, 3u), (entry.DeviceMajor, entry.DeviceMinor));
            }
        }, iter: 300);

    [Fact]
    public void Whatever_the_bytes_are_nothing_but_a_sentence_comes_of_it() =>
        Gen.Select(GenSample.Array[1, 3], Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[1, 20]).Sample((samples, spoils) =>
        {
            var bytes = Write(samples);
            foreach (var (at, value) in spoils)
                bytes[at % bytes.Length] = value;
            try
            {
                Read(bytes, 512);
            }
            catch (LayerFormatException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }, iter: 1000);

    [Fact]
    public void Attributes_keep_their_bytes()
    {
        var tar = new TestTar().Add("f", attributes: ("security.capability", "\u0001\0\0\u0002\0=\0")).ToArray();
        Assert.Equal("\u0001\0\0\u0002\0=\0", Assert.Single(Read(tar, 700)).Attributes["security.capability"]);
    }

    [Theory]
    [InlineData(TarEntryType.ContiguousFile)]
    [InlineData(TarEntryType.SparseFile)]
    public void A_type_that_cannot_be_unpacked_is_refused(TarEntryType type)
    {
        var bytes = Write([new Sample("name", "", 0, 0, 0, TarEntryType.RegularFile, TarEntryFormat.Gnu)]);
        bytes[156] = (byte)type;
        Sign(bytes);
        Assert.Contains("cannot be proved", Assert.Throws<LayerFormatException>(() => Read(bytes, 512)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("99999999999 path=x\n")]
    [InlineData("5 p=x\n")]
    [InlineData("8 path=x")]
    [InlineData(" path=x\n")]
    [InlineData("-9 path=x\n")]
    [InlineData("9 =aaaaa\n")]
    public void Malformed_pax_records_are_refused(string records) =>
        Assert.Throws<LayerFormatException>(() => PaxRecords.Parse(Encoding.Latin1.GetBytes(records)));

    private static List<TarEntry> Read(byte[] tar, int cut)
    {
        var (headers, entries, position) = (new TarHeaders(), new List<TarEntry>(), 0);
        while (position < tar.Length)
        {
            if (headers.Current is { } entry)
            {
                entries.Add(entry);
                headers.Pass();
                position += (int)Math.Min(entry.HasContent ? entry.Size : 0, tar.Length - position);
                continue;
            }
            // Only as far as the entry's headers reach, as a record of tar-split is cut.
            var step = Math.Min(Math.Min(cut, 512 - (position % 512)), tar.Length - position);
            headers.Feed(tar.AsSpan(position, step));
            position += step;
        }
        return entries;
    }

    private static byte[] Write(Sample[] samples)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var sample in samples)
            {
                PosixTarEntry entry = sample.Format == TarEntryFormat.Pax ? new PaxTarEntry(sample.Type, sample.Name) : new GnuTarEntry(sample.Type, sample.Name);
                entry.Mode = (UnixFileMode)sample.Mode;
                entry.Uid = sample.Id;
                if (sample.Type == TarEntryType.SymbolicLink)
                    entry.LinkName = sample.Link;
                if (sample.Type == TarEntryType.CharacterDevice)
                    (entry.DeviceMajor, entry.DeviceMinor) = (1, 3);
                if (sample.Size > 0)
                    entry.DataStream = new MemoryStream(new byte[sample.Size]);
                writer.WriteEntry(entry);
            }
        }
        return stream.ToArray();
    }

    private static void Sign(byte[] header)
    {
        header.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header.AsSpan(0, 512))
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
    }

    private static string Text(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    private sealed record Sample(string Name, string Link, int Mode, int Id, int Size, TarEntryType Type, TarEntryFormat Format);
}
