using CsCheck;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class PartedFileTests
{
    [Fact]
    public void Parts_put_together_are_what_was_written_in_any_order_and_any_pieces() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 2000], Gen.Int[1, 700], Gen.Int[0, 1000]).Where((length, part, _, _) => length / part < 900).Sample((length, part, piece, seed) =>
        {
            using var folder = new TempFolder();
            var bytes = Content.Blobs.Bytes(length, seed);
            var starts = Enumerable.Range(0, (length + piece - 1) / piece).Select(i => i * piece).ToArray();
            new Random(seed).Shuffle(starts);
            using (var file = PartedFile.Create(folder.Sub("bundle.tar"), length, part))
            {
                foreach (var start in starts)
                    file.Write(bytes.AsSpan(start, Math.Min(piece, length - start)), start);
                file.Flush();
            }
            var parts = PartNames.Find([folder.Sub("bundle.tar")]);
            Assert.Equal((length + part - 1) / part, parts.Count);
            Assert.All(parts.SkipLast(1), path => Assert.Equal(part, new FileInfo(path).Length));
            Assert.Equal(bytes, parts.SelectMany(File.ReadAllBytes));
            using var read = PartedFile.Open(parts);
            using var copy = new MemoryStream();
            read.OpenRead(0, read.Length).CopyTo(copy);
            Assert.Equal(bytes, copy.ToArray());
        }, iter: 30);

    [Fact]
    public void Any_way_of_naming_the_parts_finds_them_all()
    {
        using var folder = new TempFolder();
        string[] parts = [.. Enumerable.Range(1, 12).Select(n => PartNames.Of(folder.Sub("b.tar"), n))];
        foreach (var part in parts)
            File.WriteAllText(part, part);
        Assert.Equal(parts, PartNames.Find([folder.Sub("b.tar")]));
        Assert.Equal(parts, PartNames.Find([parts[0]]));
        Assert.Equal(parts, PartNames.Find([parts[5]]));
        Assert.Equal(parts, PartNames.Find([.. parts.Reverse()]));
    }

    [Fact]
    public void A_missing_part_is_named()
    {
        using var folder = new TempFolder();
        foreach (var n in new[] { 1, 2, 4 })
            File.WriteAllText(PartNames.Of(folder.Sub("b.tar"), n), "x");
        foreach (var paths in new string[][] { [folder.Sub("b.tar")], [folder.Sub("b.tar.001"), folder.Sub("b.tar.002"), folder.Sub("b.tar.004")] })
        {
            var e = Assert.Throws<ContentException>(() => PartNames.Find(paths));
            Assert.Equal(Reasons.PartMissing, e.Reason);
            Assert.Contains("003", e.Message, StringComparison.Ordinal);
        }
        Assert.Equal(Reasons.ReadFailed, Assert.Throws<ContentException>(() => PartNames.Find([folder.Sub("c.tar")])).Reason);
    }

    [Fact]
    public void More_than_999_parts_are_refused_before_anything_is_written()
    {
        using var folder = new TempFolder();
        Assert.Equal(Reasons.LimitExceeded, Assert.Throws<ContentException>(() => PartedFile.Create(folder.Sub("b.tar"), 1000, 1)).Reason);
        Assert.Empty(Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void Space_that_is_not_there_is_refused_with_the_folder_and_the_size()
    {
        using var folder = new TempFolder();
        var size = new DriveInfo(folder.Path).TotalFreeSpace + (1L << 40);
        var e = Assert.Throws<ContentException>(() => PartedFile.Create(folder.Sub("b.tar"), size, null).Dispose());
        Assert.Contains(e.Reason, new[] { Reasons.NoSpace, Reasons.WriteFailed });
        Assert.Contains(size.ToString(System.Globalization.CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
    }
}
