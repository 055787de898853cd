using Handcarry.Lab.Demo;
using Handcarry.Lab.Release;

namespace Handcarry.Lab.Tests.Demo;

public sealed class BundleFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-fault-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task One_bit_differs_and_it_is_in_a_layer_of_one_image_only()
    {
        var release = ReleaseMaker.Make(new ReleaseOptions { Images = 6, Size = 3_000_000 }, Path.Combine(_folder, "release"), new byte[100_000], CancellationToken.None);
        var bundle = await ReleaseBundle.WriteAsync(release, [1, 2, 3], _folder, CancellationToken.None);
        var before = await File.ReadAllBytesAsync(bundle.Path);

        var fault = BundleFault.Inject(bundle.Path, release);

        var after = await File.ReadAllBytesAsync(bundle.Path);
        var different = Enumerable.Range(0, before.Length).Where(i => before[i] != after[i]).ToList();
        Assert.Equal([(int)fault.Offset], different);
        Assert.Equal(1, before[different[0]] ^ after[different[0]]);
        Assert.Equal([fault.Image], release.Images.Where(image => image.Layers.Any(layer => layer.Digest == fault.Blob)));
        Assert.NotEqual(release.ReleaseImage, fault.Image);
    }

    [Fact]
    public async Task The_checksum_beside_a_bundle_is_that_of_the_bundle()
    {
        var release = ReleaseMaker.Make(new ReleaseOptions { Images = 4, Size = 3_000_000 }, Path.Combine(_folder, "release"), new byte[100_000], CancellationToken.None);

        var bundle = await ReleaseBundle.WriteAsync(release, [1, 2, 3], _folder, CancellationToken.None);

        Assert.Equal($"{bundle.Sha256}  upgrade-4.17.12-{release.Options.Arch}.tar\n", await File.ReadAllTextAsync(bundle.Path + ".sha256"));
    }
}
