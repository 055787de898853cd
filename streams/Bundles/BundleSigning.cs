using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// Signs a bundle in place. metadata.json has room for that, so nothing else in it changes. In this order, so that the power may go at any time:
/// <list type="number">
/// <item>the file is hashed, as it is and as it will be; if it is not what its <c>.sha256</c> says, nothing is touched;</item>
/// <item>the old metadata.json goes into a file <c>.sign-undo</c> beside the bundle; the next signing puts it back when it finds one;</item>
/// <item>the new one is written, then the <c>.sha256</c>, then <c>.sign-undo</c> is removed.</item>
/// </list>
/// </summary>
public static class BundleSigning
{
    /// <summary>Adds a signature, in the place of an older one by the same key.</summary>
    /// <param name="paths">The file, or the parts in order; see <see cref="PartNames.Find"/>.</param>
    /// <param name="key">Signs the commitment.</param>
    /// <param name="limits">What the bundle may ask for.</param>
    /// <param name="progress">Told the number of bytes since it was last told; all bytes of the bundle are read once.</param>
    /// <param name="ct">Stops it before anything is changed.</param>
    /// <returns>metadata.json as it is now.</returns>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.SignedOnDevice"/>: a device; <see cref="Reasons.DigestMismatch"/>: the bundle is damaged; <see cref="Reasons.LimitExceeded"/>: there is no
    /// room for one more signature; <see cref="Reasons.WriteFailed"/>; and those of <see cref="BundleFile.OpenAsync"/>.
    /// </exception>
    public static async Task<BundleMetadata> SignAsync(IReadOnlyList<string> paths, EngineerKey key, BundleLimits limits, IProgress<long>? progress, CancellationToken ct)
    {
        using var file = PartedFile.Open(paths, FileAccess.ReadWrite);
        if (file.Lengths.Zip(paths).Any(static part => LengthOnDisk(part.Second) != part.First))
            throw new ContentException(Reasons.SignedOnDevice, $"{paths[0]} is a device, and what is on a device is not signed. Sign the file, then write it to the device again.");
        var undo = new SigningUndo(PartNames.BundleOf(paths[0]) + ".sign-undo", file);
        undo.RestoreIfThere();

        var bundle = await BundleFile.OpenAsync(file, limits, ct);
        var signature = key.Sign(bundle.Metadata.Commitment);
        var others = bundle.Metadata.SignedBy.ToList();
        var place = others.FindIndex(other => other.KeyId == signature.KeyId);
        var signed = bundle.Metadata with { SignedBy = place < 0 ? [.. others, signature] : [.. others[..place], signature, .. others[(place + 1)..]] };
        var after = BundleLayout.MetadataJson(signed, bundle.MetadataSize);
        var before = new byte[after.Length];
        await using (var data = file.OpenRead(UstarHeader.Block, before.Length))
            data.ReadExactly(before);

        var checksums = Sha256File.PathOf(paths);
        var (was, willBe) = Hash(file, before, after, progress, ct);
        if (Sha256File.Read(checksums) is { } told && told.Whole != was.Whole)
            throw new ContentException(Reasons.DigestMismatch, $"{paths[0]} does not hash to what {checksums} says: it was damaged or changed. Get it again, or see what handcarry verify finds.");
        undo.Keep(before);
        file.Write(after, UstarHeader.Block);
        file.Flush();
        willBe.Write(checksums);
        undo.Remove();
        return signed;
    }

    private static (Sha256File Was, Sha256File WillBe) Hash(PartedFile file, byte[] before, byte[] after, IProgress<long>? progress, CancellationToken ct)
    {
        using var was = new Sha256Sums(file.Paths, file.Lengths);
        using var willBe = new Sha256Sums(file.Paths, file.Lengths);
        var header = new UstarHeader(EntryName.Metadata, before.Length).ToBlock();
        foreach (var (sums, metadata) in new[] { (was, before), (willBe, after) })
        {
            sums.Append(header);
            sums.Append(metadata);
        }
        progress?.Report(header.Length + before.Length);
        Sha256File.Append(file, header.Length + before.Length, [was, willBe], progress, ct);
        return (was.Complete(), willBe.Complete());
    }

    private static long LengthOnDisk(string path) => new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length;
}
