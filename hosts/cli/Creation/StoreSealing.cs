using System.Security.Cryptography;
using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;

namespace Handcarry.Cli.Creation;

/// <summary>Makes the sealed store out of a draft that has all layers.</summary>
internal sealed class StoreSealing(ResolvedRelease release, WorkFolder work, TimeProvider time, IStages stages)
{
    // What layers of genuine releases unpack to, in parts of their size (reference/openshift.md section 1.5): a guess until they are here.
    private const double UsualRatio = 2.2;

    private long Compressed => release.Layers.Sum(static layer => layer.Size);

    /// <exception cref="ContentException"><see cref="Reasons.SealingNotPossible"/>.</exception>
    public static void Check(ResolvedRelease release, string scratch)
    {
        if (release.GoArchitectures.Count != 1)
        {
            throw new ContentException(
                Reasons.SealingNotPossible,
                $"A sealed store is for one architecture, but the bundle has {string.Join(", ", release.GoArchitectures.Select(Architecture.FromGo))}. Choose one by --keep-arch, or carry plain layers: --store layers.");
        }
        StoreSealer.CheckRights(scratch);
    }

    /// <summary>Says what will be needed where, before anything is done.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.NoSpace"/>: it is not there.</exception>
    public void NameSpace(WorkFolder output)
    {
        // A draft of all layers, and the packed store, besides what the sealing itself takes; then the bundle.
        var scratch = 2 * Compressed + StoreSealer.ScratchNeeded((long)(UsualRatio * Compressed), Compressed);
        var sentence = $"Sealing needs about {HumanBytes.Of(scratch)} of scratch space in {work}, besides about {HumanBytes.Of(Compressed)} for the bundle in {output}.";
        var together = work.Path == output.Path;
        if (work.FreeSpace < (together ? scratch + Compressed : scratch) || output.FreeSpace < Compressed)
            throw new ContentException(Reasons.NoSpace, $"{sentence} Free space there, choose other folders by --scratch and --output, or carry plain layers: --store layers.");
        stages.Note(sentence);
    }

    /// <summary>Seals all images of the draft.</summary>
    public async Task<StoreFile> SealAsync(BundleDraft layers, long unpacked, CancellationToken cancellationToken)
    {
        var path = Path.Combine(work.Path, "store.squashfs");
        var sealer = new StoreSealer(new StoreSealerOptions { ScratchPath = work.Path, Time = time }, new SystemProcessRunner(time));
        using var progress = new SealingStages(stages);
        using var blobs = new DraftedBlobs(layers, work.Fresh("blobs"));
        try
        {
            await sealer.SealAsync(
                new SealingOrder(Images(layers), release.GoArchitectures[0], path, unpacked, Compressed),
                blobs,
                progress,
                cancellationToken);
        }
        finally
        {
            Directory.Delete(work.Sub("blobs"), recursive: true);
        }
        progress.Complete();
        return await HashedAsync(path, cancellationToken);
    }

    // In the order of the plan, where images that share layers are close to each other.
    private static List<ExpectedImage> Images(BundleDraft layers)
    {
        var places = layers.Layout.Plan.Blobs.Select(static (blob, i) => (blob.Digest, i)).ToDictionary();
        return [.. layers.Layout.Plan.Contents.Images.Select(image =>
        {
            var list = MediaTypes.IsIndex(image.Manifests[0].MediaType) ? Bytes(image.Name.Digest) : null;
            var manifest = Bytes(image.Manifests.First(static m => MediaTypes.IsManifest(m.MediaType)).Digest);
            return new ExpectedImage(image.Name, list, manifest, Bytes(ImageManifest.Parse(manifest).Config.Digest));
        })];

        byte[] Bytes(Digest digest)
        {
            using var stream = layers.OpenRead(places[digest]);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    private async Task<StoreFile> HashedAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        using var stage = stages.Begin("Hashing the store", file.Length);
        var digest = Digest.FromHash(await SHA256.HashDataAsync(file, cancellationToken));
        stage.Report(file.Length);
        stage.Complete();
        return new StoreFile(path, new Descriptor(MediaTypes.SealedStore, digest, file.Length));
    }
}
