using Handcarry.Lab.Release;
using Handcarry.Registries;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>Publishes a made release in a registry, under the paths that it has at its publisher.</summary>
internal static class ReleasePush
{
    /// <summary>The tag of the release image, as <c>--version</c> and <c>--arch</c> mean it.</summary>
    public static string TagOf(MadeRelease release) => $"{release.Options.Version}-{release.Options.Arch}";

    /// <summary>Pushes all images, or some.</summary>
    public static async Task PushAsync(MadeRelease release, RegistryProcess registry, Func<MadeImage, bool>? which = null)
    {
        foreach (var image in release.Images.Where(which ?? (static _ => true)))
        {
            using var push = registry.Push(PathOf(image.Name));
            foreach (var blob in image.Blobs.Configs.Concat(image.Blobs.Layers))
                await push.BlobAsync(release.Blobs.PathOf(blob.Digest), blob.Digest);
            foreach (var manifest in image.Blobs.Manifests.Reverse())
                await push.ManifestAsync(await File.ReadAllBytesAsync(release.Blobs.PathOf(manifest.Digest)), manifest.MediaType);
            if (image == release.ReleaseImage)
                await push.ManifestAsync(await File.ReadAllBytesAsync(release.Blobs.PathOf(image.Manifest.Digest)), image.Manifest.MediaType, TagOf(release));
        }
    }

    public static string PathOf(ImageName name) => name.Repository[(name.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
