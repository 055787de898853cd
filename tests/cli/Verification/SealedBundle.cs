using System.Formats.Tar;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Bundles.Verification;

namespace Handcarry.Cli.Tests.Verification;

/// <summary>A bundle whose images are in a sealed store, made by the real tools. Root.</summary>
internal sealed class SealedBundle(string folder) : IImageBlobSource
{
    /// <param name="missing">How many images the store lacks.</param>
    public async Task<byte[]> WriteAsync(int missing = 0)
    {
        var sound = new SoundBundle();
        var shared = sound.Layer(Tar("shared", 400_000), SoundBundle.Gzip, MediaTypes.OciLayerGzip);
        var release = sound.Image("release", [shared, sound.Layer(Tar("release", 10), SoundBundle.Gzip, MediaTypes.OciLayerGzip)]);
        var etcd = sound.ListOf(sound.Image("etcd", [shared, sound.Layer(Tar("etcd", 2000), SoundBundle.Gzip, MediaTypes.OciLayerGzip)]));
        Directory.CreateDirectory(Path.Combine(folder, "sha256"));
        foreach (var (digest, bytes) in sound.Bytes)
            await File.WriteAllBytesAsync(Path.Combine(folder, "sha256", digest.Hex), bytes);

        BundleImage[] images = [release, etcd];
        var store = Path.Combine(folder, "store.squashfs");
        await new StoreSealer(new StoreSealerOptions { ScratchPath = Path.Combine(folder, "scratch") }, new SystemProcessRunner(TimeProvider.System)).SealAsync(
            new SealingOrder([.. images[..^missing].Select(image => Expected(sound, image))], "amd64", store, 1_000_000, 1_000_000), this, null, default);
        sound.Contents = sound.Contents with
        {
            Release = release.Name,
            Images = [.. images.Select(static image => image with { Layers = [] })],
            Extra = [],
            Attachments = [],
            Store = StoreKind.Sealed,
            SealedStore = sound.Add(await File.ReadAllBytesAsync(store), MediaTypes.SealedStore),
        };
        return await sound.WriteAsync();
    }

    public ValueTask<ImageBlobs> OpenAsync(ExpectedImage image, CancellationToken cancellationToken) => ValueTask.FromResult(new ImageBlobs(folder));

    private static ExpectedImage Expected(SoundBundle sound, BundleImage image) => new(
        image.Name,
        image.Manifests.Count == 1 ? null : sound.Bytes[image.Manifests[0].Digest],
        sound.Bytes[image.Manifests[^1].Digest],
        sound.Bytes[image.Configs[0].Digest]);

    private static byte[] Tar(string name, int size)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[size]), Mode = (UnixFileMode)0x1A4 });
        return bytes.ToArray();
    }
}
