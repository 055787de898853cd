using System.Diagnostics;
using System.Text;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundleWriterTests
{
    [Fact]
    public async Task The_same_contents_in_any_order_give_the_same_bytes()
    {
        var sample = SampleBundle.Small();
        var contents = sample.Contents();
        var first = await sample.WriteAsync(contents);
        var second = await sample.WriteAsync(contents with
        {
            Images = [.. contents.Images.Reverse()],
            Previous = [.. contents.Previous.Reverse()],
            Channels = [.. contents.Channels.Reverse()],
        });
        Assert.True(first.AsSpan().SequenceEqual(second));
    }

    [Fact]
    public async Task The_bytes_of_a_bundle_do_not_change_with_the_version_of_the_writer()
    {
        // A changed digest means: bundles are not reproducible across versions, and the format number may have to change.
        var bundle = await SampleBundle.Small().WriteAsync();
        Assert.Equal("9f62a20ec4c2", Digest.Of(bundle).Short);
    }

    [Fact]
    public async Task Metadata_is_first_and_speaks_camel_case()
    {
        var bundle = await SampleBundle.Small().WriteAsync();
        Assert.Equal("metadata.json", Encoding.ASCII.GetString(bundle, 0, 13));
        Assert.StartsWith("""{"format":1,"version":"4.12.4","arch":"x86_64","size":""", Encoding.UTF8.GetString(bundle, 512, 200), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5_000_000)]
    public async Task A_blob_that_is_not_what_the_plan_says_is_refused(int size)
    {
        var sample = SampleBundle.Small();
        var plan = BundlePlanner.Plan(sample.Contents());
        var victim = plan.Blobs.Single(b => b.Size == size).Digest;
        async Task<ContentException> Fails(Func<byte[], byte[]> change)
        {
            var e = await Assert.ThrowsAsync<ContentException>(() => BundleWriter.WriteAsync(
                plan, 1, d => new MemoryStream(d == victim ? change([.. sample.Blobs[d]]) : sample.Blobs[d]), Stream.Null, default));
            Assert.Equal(victim, e.Digest);
            return e;
        }
        Assert.Equal(Reasons.SizeMismatch, (await Fails(b => b[1..])).Reason);
        Assert.Equal(Reasons.SizeMismatch, (await Fails(b => [.. b, 0])).Reason);
        Assert.Equal(Reasons.DigestMismatch, (await Fails(b =>
        {
            b[^1] ^= 1;
            return b;
        })).Reason);
    }

    [Fact]
    public async Task Contents_that_no_reader_would_take_are_not_written()
    {
        var sample = SampleBundle.Small();
        using var output = new MemoryStream();
        var plan = BundlePlanner.Plan(sample.Contents() with { Version = "four" });
        var e = await Assert.ThrowsAsync<ContentException>(() => BundleWriter.WriteAsync(plan, 1, sample.Open, output, default));
        Assert.Equal(Reasons.InvalidBundle, e.Reason);
        Assert.Equal(0, output.Length);
    }

    [SkippableFact]
    public async Task GNU_tar_lists_and_unpacks_it()
    {
        Skip.IfNot(File.Exists("/usr/bin/tar"), "tar is not installed");
        using var folder = new TempFolder();
        var sample = SampleBundle.Small();
        await File.WriteAllBytesAsync(folder.Sub("b.tar"), await sample.WriteAsync());

        var plan = BundlePlanner.Plan(sample.Contents());
        var listed = (await RunAsync("tar", "tf", folder.Sub("b.tar"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("metadata.json", listed[0]);
        Assert.Equal(["oci-layout", "index.json", .. plan.Blobs.Select(b => $"blobs/sha256/{b.Digest.Hex}")], listed[2..]);

        await RunAsync("tar", "xf", folder.Sub("b.tar"), "-C", folder.Path);
        foreach (var (digest, bytes) in sample.Blobs)
            Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.Sub($"blobs/sha256/{digest.Hex}")));
        var verbose = await RunAsync("tar", "tvf", folder.Sub("b.tar"), "--utc");
        Assert.All(verbose.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("-rw-r--r-- 0/0 ", line, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task GNU_tar_reads_sizes_beyond_eight_gibibytes()
    {
        Skip.IfNot(File.Exists("/usr/bin/tar"), "tar is not installed");
        using var folder = new TempFolder();
        const long size = (1L << 33) + 5;
        var name = EntryName.Of(Digest.Of("large"u8));
        await using (var file = File.Create(folder.Sub("large.tar")))
        {
            // Sparse: takes no space.
            await file.WriteAsync(UstarHeaderTests.Block(name, size));
            file.SetLength(file.Length + size + UstarHeader.Padding(size) + UstarHeader.EndBytes);
        }
        Assert.Contains($" {size} ", await RunAsync("tar", "tvf", folder.Sub("large.tar")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task It_is_an_OCI_image_layout_in_which_skopeo_finds_every_image_by_its_name()
    {
        Skip.IfNot(File.Exists("/usr/bin/skopeo"), "skopeo is not installed");
        using var folder = new TempFolder();
        var sample = SampleBundle.Small();
        await File.WriteAllBytesAsync(folder.Sub("b.tar"), await sample.WriteAsync());
        await RunAsync("tar", "xf", folder.Sub("b.tar"), "-C", folder.Path);
        foreach (var image in sample.Contents().Images)
        {
            var raw = await RunAsync("skopeo", "inspect", "--raw", $"oci:{folder.Path}:{image.Name}");
            Assert.Equal(image.Name.Digest, Digest.Of(Encoding.UTF8.GetBytes(raw)));
            var config = await RunAsync("skopeo", "inspect", "--config", "--raw", $"oci:{folder.Path}:{image.Name}");
            Assert.Equal(image.Configs[0].Digest, Digest.Of(Encoding.UTF8.GetBytes(config)));
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return output;
    }
}
