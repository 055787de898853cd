using System.Security.Cryptography;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>A bundle that was written.</summary>
/// <param name="Path">The file, <c>upgrade-VERSION-ARCH.tar</c>; its SHA-256 is beside it, in a file of the form that <c>sha256sum -c</c> reads.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256.</param>
internal sealed record ReleaseBundle(string Path, long Size, string Sha256)
{
    public static async Task<ReleaseBundle> WriteAsync(MadeRelease release, byte[] signature, string folder, CancellationToken cancellationToken)
    {
        var options = release.Options;
        var plan = BundlePlanner.Plan(new BundleContents
        {
            Version = options.Version,
            Arch = options.Arch,
            Release = release.ReleaseImage.Name,
            Images = [.. release.Images.Select(static image => image.Blobs)],
            Signatures = [new Descriptor(MediaTypes.ReleaseSignature, release.Blobs.Add(signature), signature.Length)],
            Previous = [options.Previous],
            Channels = options.Channels,
        });
        Directory.CreateDirectory(folder);
        var name = $"upgrade-{options.Version}-{options.Arch}.tar";
        var path = System.IO.Path.Combine(folder, name);
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20))
        {
            await BundleWriter.WriteAsync(plan, release.UnpackedSize, digest => File.OpenRead(release.Blobs.PathOf(digest)), file, cancellationToken);
            file.Flush(flushToDisk: true);
            file.Position = 0;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            await File.WriteAllTextAsync($"{path}.sha256", $"{hash}  {name}\n", cancellationToken);
            return new ReleaseBundle(path, file.Length, hash);
        }
    }
}
