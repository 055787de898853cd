using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Tests.Devices;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

/// <summary>What <c>sha256sum</c> says of the file from which a medium was made is what the node takes from the medium.</summary>
public sealed class FileDigestTests : IDisposable
{
    private const string Name = "upgrade-4.12.4-x86_64.tar";

    private readonly TestFolder _folder = new();
    private readonly StickMaker _maker;

    public FileDigestTests() => _maker = new StickMaker(_folder);

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Of_a_bundle_that_was_written_raw()
    {
        LoopDisk.Need("blockdev");
        var bytes = await SampleBundle.Small().WriteAsync();
        await using var stick = await Stick.InsertAsync(_maker.Raw([.. bytes, .. new byte[4096]]));
        Assert.Equal(Digest.Of(bytes), await TakeAsync(stick));
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Of_a_file_and_of_its_parts(int parts)
    {
        StickMaker.Need("ext4");
        var bytes = await SampleBundle.Small().WriteAsync();
        var size = (bytes.Length + parts - 1) / parts;
        for (var number = 1; number <= parts; number++)
            await File.WriteAllBytesAsync(_maker.At(parts == 1 ? Name : $"{Name}.{number:000}"), bytes[((number - 1) * size)..Math.Min(number * size, bytes.Length)]);
        await using var stick = await Stick.InsertAsync(await _maker.MakeAsync("ext4"), "ext4");
        Assert.Equal(Digest.Of(bytes), await TakeAsync(stick));
    }

    private async Task<Digest> TakeAsync(Stick stick)
    {
        var reader = new VolumeReader(new VolumeOptions { MountFolder = _folder.MakeFolder("mounts") }, new BundleLimits(), TimeProvider.System);
        var bundle = Assert.Single((await reader.LookAsync(stick.Facts, default)).Bundles);
        await using var stream = await reader.OpenAsync(bundle, default);
        return (await BundleFileDigest.TakeAsync(stream, new BundleLimits(), default)).Digest;
    }
}
