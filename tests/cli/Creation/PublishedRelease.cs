using Handcarry.Lab.Release;
using Handcarry.Registries;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>A small release with the structure of a genuine one, made once for all tests.</summary>
public sealed class PublishedRelease : IDisposable
{
    internal const string Version = "4.17.12";

    private readonly TempFolder _folder = new();
    private readonly Lazy<MadeRelease> _release;

    public PublishedRelease()
    {
        _release = new(() => ReleaseMaker.Make(new ReleaseOptions { Version = Version, Images = 7, Size = 30_000_000 }, _folder["release"], Busybox.Read(), default));
    }

    internal MadeRelease Release => _release.Value;

    internal static string Tag => $"{Version}-{ReleaseOptions.HostArch}";

    public void Dispose() => _folder.Dispose();

    /// <summary>Pushes it into a registry, under the paths that it has at its publisher.</summary>
    internal async Task PushAsync(RegistryProcess registry, Func<MadeImage, bool>? which = null)
    {
        foreach (var image in Release.Images.Where(which ?? (static _ => true)))
        {
            using var push = registry.Push(PathOf(image.Name));
            foreach (var blob in image.Blobs.Configs.Concat(image.Blobs.Layers))
                await push.BlobAsync(Release.Blobs.PathOf(blob.Digest), blob.Digest);
            foreach (var manifest in image.Blobs.Manifests.Reverse())
                await push.ManifestAsync(await File.ReadAllBytesAsync(Release.Blobs.PathOf(manifest.Digest)), manifest.MediaType);
            if (image == Release.ReleaseImage)
                await push.ManifestAsync(await File.ReadAllBytesAsync(Release.Blobs.PathOf(image.Manifest.Digest)), image.Manifest.MediaType, Tag);
        }
    }

    internal static string PathOf(ImageName name) => name.Repository[(name.Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
