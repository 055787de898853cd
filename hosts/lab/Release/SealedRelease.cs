using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>Seals a made release with the product's own sealer, and keeps the store among its blobs.</summary>
internal static class SealedRelease
{
    public static async Task<Descriptor> MakeAsync(MadeRelease release, string scratch, CancellationToken cancellationToken)
    {
        var output = Path.Combine(release.Blobs.Root, "store.squashfs");
        var sealer = new StoreSealer(new StoreSealerOptions { ScratchPath = scratch }, new SystemProcessRunner(TimeProvider.System));
        var compressed = release.Layers.Sum(static layer => layer.Size);
        var order = new SealingOrder([.. release.Images.Select(image => Expected(release, image))], release.Options.GoArch, output, release.UnpackedSize, compressed);
        var made = await sealer.SealAsync(order, new Blobs(release.Blobs), null, cancellationToken);
        await using var file = File.OpenRead(made.Path);
        var digest = Digest.FromHash(await System.Security.Cryptography.SHA256.HashDataAsync(file, cancellationToken));
        release.Blobs.Adopt(made.Path, digest);
        return new Descriptor(MediaTypes.SealedStore, digest, made.Size);
    }

    private static ExpectedImage Expected(MadeRelease release, MadeImage image)
    {
        var top = Read(image.Manifest.Digest);
        if (!MediaTypes.IsIndex(image.Manifest.MediaType))
            return new ExpectedImage(image.Name, null, top, Read(ImageManifest.Parse(top).Config.Digest));
        var instance = ImageIndex.Parse(top).Manifests.Single(one => one.Platform?.Architecture == release.Options.GoArch);
        var manifest = Read(instance.Digest);
        return new ExpectedImage(image.Name, top, manifest, Read(ImageManifest.Parse(manifest).Config.Digest));

        byte[] Read(Digest digest) => File.ReadAllBytes(release.Blobs.PathOf(digest));
    }

    private sealed class Blobs(BlobFolder folder) : IImageBlobSource
    {
        public ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new ImageBlobs(Path.Combine(folder.Root, "blobs")));
    }
}
