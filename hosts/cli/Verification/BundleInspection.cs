using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Verification;

/// <summary>Reads what stands before the blobs of a bundle, and the signatures of its release: some hundred kilobytes of any bundle.</summary>
internal sealed class BundleInspection(IReadOnlyList<ReleaseKeyring> keyrings, IReadOnlyList<EngineerPublicKey> trusted, TimeProvider clock)
{
    public async Task<InspectedBundle> RunAsync(PartedFile file, bool listImages, CancellationToken cancellationToken)
    {
        var bundle = await BundleFile.OpenAsync(file, new BundleLimits(), cancellationToken);
        var (metadata, inventory) = (bundle.Metadata, bundle.Inventory);
        var verdict = keyrings.Count == 0 ? null : Verdict(bundle);
        IReadOnlyList<InspectedSigner> signers = [.. metadata.SignedBy.Select(signature => new InspectedSigner(
            signature.KeyId, signature.Algorithm, trusted.FirstOrDefault(key => key.Id == signature.KeyId)?.Verify(metadata.Commitment, signature)))];
        var images = inventory.Images.Select(image => new InspectedImage(
            image.Name, image.Blobs.Sum(i => inventory.Blobs[i].Size), image.Blobs.Count(i => MediaTypes.IsLayer(inventory.Blobs[i].MediaType)))).ToList();
        return new InspectedBundle
        {
            Version = metadata.Version,
            Arch = metadata.Arch,
            Release = metadata.Release,
            Previous = metadata.Previous,
            Channels = metadata.Channels,
            Images = images.Count,
            Extra = metadata.Extra,
            Agent = metadata.Agent,
            Size = bundle.Length,
            UnpackedSize = metadata.UnpackedSize,
            Store = metadata.Store.ToString().ToLowerInvariant(),
            SealedStoreSize = inventory.SealedStore is { } store ? inventory.Blobs[store].Size : null,
            LayersOf = [.. images.Where(static image => image.Layers > 0).Select(static image => image.Name)],
            Attachments = inventory.Attachments.Count,
            Commitment = metadata.Commitment,
            Files = file.Paths,
            Signatures = inventory.Signatures.Count,
            SignatureVerdict = verdict,
            SignedBy = signers,
            Warnings = [.. Warnings(bundle, file, verdict, signers)],
            ImageList = listImages ? images : null,
        };
    }

    private InspectedVerdict Verdict(BundleFile bundle)
    {
        try
        {
            var verdict = ReleaseSignature.VerifyAll([.. bundle.ReadSignatures()], bundle.Release, keyrings, clock.GetUtcNow());
            return new InspectedVerdict(verdict.Valid, verdict.Reason, verdict.Sentence);
        }
        catch (ContentException e)
        {
            return new InspectedVerdict(false, e.Reason, e.Message);
        }
    }

    private IEnumerable<string> Warnings(BundleFile bundle, PartedFile file, InspectedVerdict? verdict, IReadOnlyList<InspectedSigner> signers)
    {
        if (file.Length < bundle.Length)
            yield return $"{bundle.Length - file.Length} of {bundle.Length} bytes are missing: the copy is incomplete; write it again.";
        if (bundle.Inventory.Signatures.Count == 0)
            yield return "There is no signature of the release: a cluster takes it only by force.";
        else if (verdict is { Valid: false })
            yield return verdict.Sentence;
        foreach (var signer in signers.Where(static signer => signer.Valid == false))
            yield return $"The key {signer.KeyId} has not signed this bundle: the signature, or the bundle, has been changed.";
        if (trusted.Count > 0 && signers.All(static signer => signer.Valid is null))
            yield return "No signature by a trusted key vouches for the bundle.";
    }
}
