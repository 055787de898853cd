using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles.Verification;

/// <summary>
/// Verifies a bundle in one pass over its medium, and finds everything that is wrong with it, as far as that can be known: what stands before the
/// blobs says where all else must be, so nothing can be said of the rest when that cannot be read. What is in the sealed store is not looked at here.
/// </summary>
public static class BundleVerifier
{
    /// <summary>Verifies. What is wrong with the bundle is in the result, and never an exception.</summary>
    public static Task<BundleVerification> VerifyAsync(PartedFile file, BundleVerifierOptions options, CancellationToken ct) =>
        VerifyAsync(file, file.Read, options, ct);

    internal static async Task<BundleVerification> VerifyAsync(PartedFile file, ReadAt read, BundleVerifierOptions options, CancellationToken ct)
    {
        BundleFile bundle;
        try
        {
            bundle = await BundleFile.OpenAsync(file, options.Limits, ct);
        }
        catch (ContentException e)
        {
            return new BundleVerification([BundleViolation.Of(e)], ["Without what stands before the blobs nothing can be said of the rest."], 0);
        }
        var findings = new BundleFindings(bundle);
        // The rest of a device is none of the bundle's business; what follows in a file has an influence on its checksum.
        var reader = new PieceReader(read, options.Checksums is null ? Math.Min(bundle.Length, file.Length) : file.Length);
        using var sums = new Sha256Sums(file.Paths, file.Lengths);
        using var check = new BundleCheck(bundle, findings);
        var bytes = await new BundlePass(reader, sums, check).RunAsync(options.Progress, ct);
        var readAll = findings.Violations.All(static v => v.Reason != Reasons.ReadFailed);
        var found = sums.Complete();
        if (options.Checksums is { } wanted && readAll)
            ChecksumRules.Check(wanted, found, file.Lengths, findings);
        await new ImageRules(bundle, findings).CheckAsync();
        BlobRules.Check(bundle, findings);
        SignatureRules.Check(bundle, findings, options);
        return new BundleVerification(
            [.. findings.Violations.OrderBy(static v => v.Offset ?? long.MaxValue)], findings.Notes, bytes)
        {
            Bundle = bundle,
            Sha256 = readAll ? found.Whole : null,
        };
    }
}
