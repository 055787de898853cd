using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>A bundle that was written.</summary>
/// <param name="Path">The file, <c>upgrade-VERSION-ARCH.tar</c>; its SHA-256 is beside it, in a file of the form that <c>sha256sum -c</c> reads.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256.</param>
internal sealed record ReleaseBundle(string Path, long Size, string Sha256)
{
    /// <summary>Writes one with plain layers.</summary>
    /// <param name="release">The release.</param>
    /// <param name="signature">Its publisher's signature.</param>
    /// <param name="folder">Where the file is put.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="agent">Version of the agent whose image goes along, made of layers that the release has anyway; null for none.</param>
    public static Task<ReleaseBundle> WriteAsync(MadeRelease release, byte[] signature, string folder, CancellationToken cancellationToken, string? agent = null)
    {
        var contents = Contents(release, signature);
        if (agent is null)
            return WriteAsync(release, contents, folder, cancellationToken);
        var image = new ImageWriter(release.Blobs, AgentImage.Repositories + agent)
            .Write("agent", Architecture.ToGo(release.Options.Arch), release.ProgramImage.Layers, docker: false, new JsonObject { ["org.opencontainers.image.version"] = agent });
        return WriteAsync(release, contents with { Images = [.. contents.Images, image.Blobs], Extra = [image.Name] }, folder, cancellationToken);
    }

    /// <summary>Writes one with a sealed store, and the layers of the operating system alone.</summary>
    public static async Task<ReleaseBundle> SealAsync(MadeRelease release, byte[] signature, string folder, CancellationToken cancellationToken)
    {
        var contents = Contents(release, signature);
        return await WriteAsync(
            release,
            contents with
            {
                Store = StoreKind.Sealed,
                SealedStore = await SealedRelease.MakeAsync(release, System.IO.Path.Combine(folder, "sealing"), cancellationToken),
                Images = [.. release.Images.Select(static image => image.Tag == ReleasePlan.SystemTag ? image.Blobs : image.Blobs with { Layers = [] })],
            },
            folder,
            cancellationToken);
    }

    private static BundleContents Contents(MadeRelease release, byte[] signature)
    {
        var options = release.Options;
        return new BundleContents
        {
            Version = options.Version,
            Arch = options.Arch,
            Release = release.ReleaseImage.Name,
            Images = [.. release.Images.Select(static image => image.Blobs)],
            Signatures = [new Descriptor(MediaTypes.ReleaseSignature, release.Blobs.Add(signature), signature.Length)],
            Previous = [options.Previous],
            Channels = options.Channels,
        };
    }

    private static async Task<ReleaseBundle> WriteAsync(MadeRelease release, BundleContents contents, string folder, CancellationToken cancellationToken)
    {
        var options = release.Options;
        var plan = BundlePlanner.Plan(contents);
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
