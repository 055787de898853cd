using System.Diagnostics;
using System.IO.Compression;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Creation;

public sealed class LayerUnpackingTests
{
    private static readonly byte[] Plain = [.. Content.Blobs.Bytes(300_000), .. new byte[700_000]];

    [Fact]
    public void Plain_and_gzip_layers_are_measured()
    {
        Assert.Equal((Plain.Length, Digest.Of(Plain)), Measure(Plain));
        Assert.Equal((Plain.Length, Digest.Of(Plain)), Measure(Gzip(Plain)));
    }

    [Fact]
    public void The_size_alone_is_the_same() => Assert.Equal(Plain.Length, LayerUnpacking.SizeOf(new MemoryStream(Gzip(Plain)), default, default));

    [Fact]
    public void Gzip_in_several_members_is_one_layer() =>
        Assert.Equal((Plain.Length, Digest.Of(Plain)), Measure([.. Gzip(Plain[..1000]), .. Gzip(Plain[1000..])]));

    [SkippableFact]
    public async Task Zstd_layers_are_measured()
    {
        Skip.IfNot(File.Exists("/usr/bin/zstd"), "zstd is not installed");
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.Sub("layer"), Plain);
        using var zstd = Process.Start("zstd", ["-q", folder.Sub("layer")]);
        await zstd.WaitForExitAsync();
        Assert.Equal((Plain.Length, Digest.Of(Plain)), Measure(await File.ReadAllBytesAsync(folder.Sub("layer.zst"))));
    }

    [Fact]
    public void A_damaged_layer_is_no_layer()
    {
        var damaged = Gzip(Plain);
        damaged[^5] ^= 0xff;
        Assert.Equal(Reasons.InvalidImage, Assert.Throws<ContentException>(() => Measure(damaged)).Reason);
    }

    [Fact]
    public void A_layer_that_breaks_off_is_not_what_it_should_be() => Assert.NotEqual(Digest.Of(Plain), Measure(Gzip(Plain)[..^100]).Item2);

    private static (long, Digest) Measure(byte[] layer) => LayerUnpacking.Measure(new MemoryStream(layer), Digest.Of(layer), default);

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return output.ToArray();
    }
}
