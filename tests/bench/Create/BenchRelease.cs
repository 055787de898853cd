using Handcarry.Lab.Release;
using Handcarry.Registries;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Bench.Create;

/// <summary>A release with the structure of a genuine one and this machine's files in its layers, in a folder and in a registry.</summary>
internal sealed class BenchRelease
{
    private readonly MadeRelease _made;

    private BenchRelease(MadeRelease made) => _made = made;

    public ImageName Name => _made.ReleaseImage.Name;

    public IReadOnlyList<BundleImage> Images => [.. _made.Images.Select(static image => image.Blobs).DistinctBy(static image => image.Name)];

    /// <summary>The folder whose <c>sha256</c> has all blobs.</summary>
    public string BlobsPath => Path.Combine(_made.Blobs.Root, "blobs");

    /// <summary>Bytes of all distinct compressed layers.</summary>
    public long LayerBytes => _made.Layers.Sum(static layer => layer.Size);

    /// <summary>Bytes of the layers of all images, each counted for every image that has it.</summary>
    public long LayerBytesOfEachImage => Images.Sum(static image => image.Layers.Sum(static layer => layer.Size));

    /// <summary>Bytes of all distinct layers, decompressed.</summary>
    public long UnpackedBytes => _made.UnpackedSize;

    /// <summary>The image with the program that tells its release.</summary>
    public ImageName ProgramImage => _made.ProgramImage.Name;

    /// <summary>Every distinct layer.</summary>
    public IReadOnlyList<Layer> Layers => [.. _made.Layers];

    /// <summary>Makes a release of a plan.</summary>
    /// <param name="plan">Its images and layers.</param>
    /// <param name="files">What is in the layers.</param>
    /// <param name="folder">Where its blobs go.</param>
    /// <param name="addTo">Adds what else is to be in a layer, given its name; on any thread.</param>
    public static BenchRelease Make(ReleasePlan plan, MachineFiles files, string folder, Action<LayerWriter, string>? addTo = null)
    {
        var dealt = files.Deal([.. plan.Shared.Select(static shared => (shared.Key, shared.Value)), .. plan.Images.Select(static image => (image.Tag, image.OwnSize))]);
        var made = ReleaseMaker.Make(
            new ReleaseOptions(), plan, Fill, folder, Busybox.Read(), CancellationToken.None);
        return new BenchRelease(made);

        void Fill(LayerWriter layer, string name, long size)
        {
            MachineFiles.Fill(layer, name, dealt[name]);
            addTo?.Invoke(layer, name);
        }
    }

    /// <summary>Ten images, each with one large layer of its own over the base that all have; and the other images without which there is no release, small.</summary>
    public static ReleasePlan TenLarge(long size)
    {
        var plan = ReleasePlan.For(new ReleaseOptions { Images = 14 });
        string[] small = [ReleasePlan.OperatorTag, MadeRelease.ProgramTag, ReleasePlan.ListTag];
        return new ReleasePlan(new Dictionary<string, long>(), [.. plan.Images.Select(image => image with
        {
            Shared = [ReleasePlan.Base],
            OwnSize = small.Contains(image.Tag) ? 1 << 16 : size / 10,
        })]);
    }

    public async Task PushAsync(RegistryProcess registry)
    {
        foreach (var image in Images)
        {
            using var push = registry.Push(RepositoryOf(image.Name));
            foreach (var blob in image.Layers.Concat(image.Configs))
                await push.BlobAsync(Path.Combine(BlobsPath, "sha256", blob.Digest.Hex), blob.Digest);
            // A list's instances before the list.
            foreach (var manifest in image.Manifests.Reverse())
                await push.ManifestAsync(await File.ReadAllBytesAsync(Path.Combine(BlobsPath, "sha256", manifest.Digest.Hex)), manifest.MediaType);
        }
    }

    /// <summary>The repository in the registry: the path of the image's own.</summary>
    public static string RepositoryOf(ImageName name) => name.Repository[(name.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
