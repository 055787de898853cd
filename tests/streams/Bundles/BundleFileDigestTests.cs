using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class BundleFileDigestTests
{
    [Fact]
    public async Task It_is_the_SHA256_of_the_file_with_the_commitment_that_these_bytes_name()
    {
        var bytes = await SampleBundle.Small().WriteAsync();
        using var stream = new ShortReads(bytes, 7);
        var taken = await BundleFileDigest.TakeAsync(stream, new BundleLimits(), default);
        Assert.Equal(Digest.Of(bytes), taken.Digest);
        using var again = new MemoryStream(bytes);
        Assert.Equal((await BundleReader.OpenAsync(again, new BundleLimits(), default)).Metadata.Commitment, taken.Metadata.Commitment);
    }

    [Fact]
    public async Task The_rest_of_a_device_behind_the_bundle_does_not_count()
    {
        var bytes = await SampleBundle.Small().WriteAsync();
        using var device = new MemoryStream([.. bytes, .. new byte[5000]]);
        Assert.Equal(Digest.Of(bytes), (await BundleFileDigest.TakeAsync(device, new BundleLimits(), default)).Digest);
    }

    [Fact]
    public async Task A_single_changed_byte_gives_another()
    {
        var bytes = await SampleBundle.Small().WriteAsync();
        var before = Digest.Of(bytes);
        bytes[^1500] ^= 1;
        using var stream = new MemoryStream(bytes);
        Assert.NotEqual(before, (await BundleFileDigest.TakeAsync(stream, new BundleLimits(), default)).Digest);
    }

    [Fact]
    public async Task A_file_that_was_cut_off_has_none()
    {
        var bytes = await SampleBundle.Small().WriteAsync();
        using var stream = new MemoryStream(bytes[..^1]);
        var cut = await Assert.ThrowsAsync<ContentException>(() => BundleFileDigest.TakeAsync(stream, new BundleLimits(), default));
        Assert.Equal((Reasons.ReadFailed, (long?)(bytes.Length - 1)), (cut.Reason, cut.Offset));
    }
}
