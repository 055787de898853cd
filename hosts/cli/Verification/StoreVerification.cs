using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Bundles.Verification;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Verification;

/// <summary>Proves that the sealed store of a bundle, whose bytes have been verified, holds its images and nothing else.</summary>
/// <param name="bundle">A bundle with a sealed store.</param>
/// <param name="file">What it is in.</param>
/// <param name="scratch">An absolute path; the folder is this run's own, and gone afterwards.</param>
/// <param name="runner">For mount or unsquashfs.</param>
/// <param name="stages">Told how far it is.</param>
internal sealed class StoreVerification(BundleFile bundle, PartedFile file, string scratch, IProcessRunner runner, IStages stages)
{
    private const int MostDocument = 8 << 20, CopyStep = 1 << 20, Sector = 512;

    private int Store => bundle.Inventory.SealedStore!.Value;

    private string CopyPath => Path.Combine(scratch, "store.squashfs");

    /// <summary>The violations, and notes.</summary>
    public async Task<(IReadOnlyList<BundleViolation> Violations, IReadOnlyList<string> Notes)> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var images = bundle.Inventory.Images.Select(Expected).ToList();
            Directory.CreateDirectory(scratch, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var store = InOnePart() ?? Copy(cancellationToken);
            await using var mount = await SealedStoreMount.OpenAsync(store, Path.Combine(scratch, "mount"), runner, cancellationToken);
            using var stage = new LazyStage(stages, "Proving the sealed store");
            var options = new StoreProofOptions { Parallelism = Environment.ProcessorCount };
            var proving = new SealedStoreProof(options);
            var proof = await proving.RunAsync(mount.View, images, stage, cancellationToken);
            await proving.Released;
            stage.Complete();
            return ([.. proof.Violations.Select(Violation)], [.. Notes(proof)]);
        }
        catch (ContentException e)
        {
            return ([Violation(e.Reason, e.Message)], []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([Violation(Reasons.WriteFailed, $"The sealed store cannot be looked at by way of {scratch}: {e.Message} Choose another --scratch.")], []);
        }
        finally
        {
            // Nothing recursive: if the store could not be unmounted, it is still there.
            if (Directory.Exists(scratch))
            {
                File.Delete(CopyPath);
                if (!Directory.EnumerateFileSystemEntries(scratch).Any())
                    Directory.Delete(scratch);
            }
        }
    }

    // A sealed store is for one architecture: of a list one instance is here.
    private ExpectedImage Expected(InventoryImage image)
    {
        var top = Document(image.Manifest);
        var isList = MediaTypes.IsIndex(bundle.Inventory.Blobs[image.Manifest].MediaType);
        var manifest = isList ? Document(image.Blobs.First(i => MediaTypes.IsManifest(bundle.Inventory.Blobs[i].MediaType))) : top;
        var wanted = ImageManifest.Parse(manifest).Config.Digest;
        return new ExpectedImage(ImageName.Parse(image.Name), isList ? top : null, manifest, Document(image.Blobs.First(i => bundle.Inventory.Blobs[i].Digest == wanted)));
    }

    private byte[] Document(int blob) => bundle.Read(blob, MostDocument);

    // A loop device begins at a sector, and cannot go on from one file to the next.
    private SealedStoreFile? InOnePart()
    {
        var (offset, size) = (bundle.OffsetOf(Store), bundle.Inventory.Blobs[Store].Size);
        foreach (var (path, length) in file.Paths.Zip(file.Lengths))
        {
            if (offset >= 0 && offset + size <= length && offset % Sector == 0)
                return new SealedStoreFile(path, offset, size);
            offset -= length;
        }
        return null;
    }

    private SealedStoreFile Copy(CancellationToken cancellationToken)
    {
        var size = bundle.Inventory.Blobs[Store].Size;
        using var stage = stages.Begin("Putting the sealed store together from the parts", size);
        using var source = bundle.OpenRead(Store);
        using var copy = PartedFile.Create(CopyPath, size, null);
        var buffer = new byte[CopyStep];
        var at = 0L;
        for (int read; (read = source.Read(buffer, 0, buffer.Length)) > 0; at += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            copy.Write(buffer.AsSpan(0, read), at);
            stage.Report(read);
        }
        stage.Complete();
        return new SealedStoreFile(CopyPath, 0, size);
    }

    private BundleViolation Violation(StoreViolation found) =>
        Violation(found.Reason, $"In the sealed store, {found.Path}: {found.Sentence}") with { Image = found.Image?.ToString() };

    private BundleViolation Violation(string reason, string sentence) =>
        new(reason, sentence) { Blob = bundle.Inventory.Blobs[Store].Digest, Offset = bundle.OffsetOf(Store) };

    private static IEnumerable<string> Notes(StoreProof proof)
    {
        yield return $"The sealed store holds {proof.Images} images; {proof.Layers} layers were put together again, {HumanBytes.Of(proof.Bytes)}.";
        if (proof.Omitted > 0)
            yield return $"{proof.Omitted} more violations in the sealed store are not listed.";
        if (!proof.OwnersKnown)
            yield return "Owners, devices and extended attributes in the sealed store could not be looked at; root can.";
    }
}
