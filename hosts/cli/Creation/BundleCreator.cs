using Handcarry.Cli.Rendering;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Cli.Creation;

/// <summary>
/// Makes a bundle:
/// <code>
/// registries --1 manifests--> plan --2 layout--> layers ----------------3----> bundle.tar --5--> checksums, rename
///                                                  '--4 skopeo, mksquashfs--> store --'
/// </code>
/// <list type="number">
/// <item>What the release is made of is found out, and its signatures: all that could be missing is missed here.</item>
/// <item>The tar is laid out and its space set aside. (With a sealed store that is a draft of all layers, in the scratch folder.)</item>
/// <item>Layers are fetched to their places and decompressed once, to know their size.</item>
/// <item>With a sealed store: it is made out of that draft, and a second draft is filled from the first and the store.</item>
/// <item>The front is written, the file is hashed, and everything gets its name.</item>
/// </list>
/// </summary>
internal sealed class BundleCreator(CreateOptions options, HttpClient http, TimeProvider time, IStages stages)
{
    private static readonly Dictionary<Digest, Digest?> Nothing = [];

    private long _downloaded;

    public async Task<CreatedBundle> CreateAsync(CancellationToken cancellationToken)
    {
        using var client = new RegistryClient(options.Registry, time, new RetryNotices(stages, time).Tell);
        var name = await NameAsync(client, cancellationToken);
        stages.Note($"The release is {name}.");
        using var output = WorkFolder.Open(options.Output, name.Digest, options.Discard);
        using var scratch = options.Store == StoreKind.Layers || options.Scratch is null ? null : WorkFolder.Open(options.Scratch, name.Digest, options.Discard);
        var work = scratch ?? output;

        var resolver = new ReleaseResolver(client, work.Sub("cache"));
        var release = await ResolveAsync(resolver, name, cancellationToken);
        using var agent = AgentArchive.Open(options.AgentImage, options.Program, release.GoArchitectures, stages);
        if (agent is not null)
            release = await resolver.AddAsync(release, AgentArchive.NameOf(agent), agent, cancellationToken);
        var bundle = Path.Combine(Path.GetFullPath(options.Output), $"upgrade-{release.Contents.Version}-{release.Contents.Arch}.tar");
        CheckFree(bundle);
        if (options.Store != StoreKind.Layers)
            StoreSealing.Check(release, work.Path);
        var (signatures, warnings) = await new ReleaseSignatures(options, http, time, stages).CollectAsync(name.Digest, resolver, cancellationToken);
        foreach (var warning in warnings)
            stages.Note("Warning: " + warning);

        var contents = release.Contents with { Signatures = signatures };
        IBlobOrigin origin = new RegistryOrigin(client, resolver, release);
        if (agent is not null)
            origin = new ArchiveOrigin(agent, origin);
        FinishedBundle finished;
        if (options.Store == StoreKind.Layers)
        {
            var layout = BundleLayout.Of(BundlePlanner.Plan(contents));
            using var draft = BundleDraft.Open(output.Sub("bundle"), layout, options.PartSize);
            await using var sizes = await FetchAsync(draft, origin, release, cancellationToken);
            finished = await FinishAsync(draft, sizes.Expected, sizes.SumAsync(), cancellationToken);
        }
        else
        {
            finished = await SealAsync(contents, origin, release, work, output, cancellationToken);
        }
        var created = Publish(finished, output, bundle, warnings);
        scratch?.Delete();
        output.Delete();
        return created;
    }

    // A tag may move; from here on the release is what it meant now.
    private async Task<ImageName> NameAsync(RegistryClient client, CancellationToken cancellationToken)
    {
        var reference = options.Request.Release;
        return reference.ToImageName() ?? new ImageName(reference.Name, (await client.GetManifestAsync(reference, cancellationToken)).Descriptor.Digest);
    }

    private async Task<ResolvedRelease> ResolveAsync(ReleaseResolver resolver, ImageName name, CancellationToken cancellationToken)
    {
        using var stage = stages.Begin("Reading manifests", null);
        var request = options.Request with { Release = ImageReference.Of(name) };
        var release = await resolver.ResolveAsync(request, null, cancellationToken);
        stage.Complete();
        var layers = release.Layers.Sum(static layer => layer.Size);
        stages.Note($"Release {release.Payload.Version}: {release.Contents.Images.Count} images, {HumanBytes.Of(layers)} in {release.Layers.Count()} layers, {release.Contents.Attachments.Count} sigstore attachments.");
        return release;
    }

    private async Task<LayerSizes> FetchAsync(BundleDraft draft, IBlobOrigin origin, ResolvedRelease release, CancellationToken cancellationToken)
    {
        var blobs = draft.Layout.Plan.Blobs;
        var stored = Enumerable.Range(0, blobs.Count).Where(draft.IsStored).Sum(i => blobs[i].Size);
        long kept = 0;
        if (stored > 0)
        {
            using var check = stages.Begin("Checking what is here", stored);
            kept = await draft.RecheckAsync(check.Report, cancellationToken);
            check.Complete();
        }
        using var stage = stages.Begin("Downloading", draft.Layout.Plan.Size);
        stage.Report(kept);
        draft.Progress = bytes =>
        {
            Interlocked.Add(ref _downloaded, bytes);
            stage.Report(bytes);
        };
        var sizes = await new BundleFiller(draft, origin, release.Measured).FetchAsync(options.Connections, cancellationToken);
        stage.Complete();
        return sizes;
    }

    // The unpacked size stands at the front, so everything is hashed after it: with the expected one, while the last layers are still decompressed.
    private async Task<FinishedBundle> FinishAsync(BundleDraft draft, long expected, Task<long> known, CancellationToken cancellationToken)
    {
        var hashing = HashAsync(draft, draft.Finish(expected, Sign), cancellationToken);
        try
        {
            var unpacked = await known;
            var finished = await hashing;
            return unpacked == expected ? finished : await HashAsync(draft, draft.Finish(unpacked, Sign), cancellationToken);
        }
        finally
        {
            await ((Task)hashing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<FinishedBundle> HashAsync(BundleDraft draft, BundleFront front, CancellationToken cancellationToken)
    {
        using var stage = stages.Begin("Checksums", draft.File.Length);
        // The disk takes its time, too.
        var durable = Task.Run(draft.File.Flush, CancellationToken.None);
        try
        {
            var sums = await Task.Run(() => Sha256File.Of(draft.File, stage, cancellationToken), cancellationToken);
            await durable;
            stage.Complete();
            return new FinishedBundle(front, sums);
        }
        finally
        {
            await durable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<FinishedBundle> SealAsync(
        BundleContents contents, IBlobOrigin origin, ResolvedRelease release, WorkFolder work, WorkFolder output, CancellationToken cancellationToken)
    {
        var sealing = new StoreSealing(release, work, time, stages);
        var keep = KeptLayers.Of(release, options.KeepLayers);
        sealing.NameSpace(output);
        using var layers = BundleDraft.Open(work.Sub("layers"), BundleLayout.Of(BundlePlanner.Plan(contents)), partSize: null);
        long unpacked;
        await using (var sizes = await FetchAsync(layers, origin, release, cancellationToken))
            unpacked = await sizes.SumAsync();
        await using var store = await sealing.SealAsync(layers, unpacked, cancellationToken);

        var kept = options.Store == StoreKind.Both ? contents : KeptLayers.Without(contents, keep);
        var plan = BundlePlanner.Plan(kept with { Store = options.Store, SealedStore = store.Descriptor });
        // No two stores are the same, so that nothing of an earlier run fits; all it had came from the draft of layers.
        using var draft = BundleDraft.Open(output.Fresh("bundle"), BundleLayout.Of(plan), options.PartSize);
        using var stage = stages.Begin("Writing", plan.Size);
        draft.Progress = stage.Report;
        var places = layers.Layout.Plan.Blobs.Select(static (blob, i) => (blob.Digest, i)).ToDictionary();
        var local = new LocalOrigin(digest => digest == store.Descriptor.Digest ? store.OpenRead() : layers.OpenRead(places[digest]));
        await new BundleFiller(draft, local, Nothing).FillAsync(1, cancellationToken);
        stage.Complete();
        return await FinishAsync(draft, unpacked, Task.FromResult(unpacked), cancellationToken);
    }

    private CreatedBundle Publish(FinishedBundle finished, WorkFolder output, string bundle, IReadOnlyList<string> warnings)
    {
        var (front, hashed) = finished;
        var data = Path.Combine(output.Sub("bundle"), BundleDraft.DataName);
        var drafts = PartNames.Find([data]);
        List<string> files = [.. drafts.Select(draft => bundle + draft[data.Length..])];
        var sums = new Sha256File(Path.GetFileName(bundle), hashed.Whole, [.. hashed.Files.Zip(files, static (sum, path) => new FileSha256(Path.GetFileName(path), sum.Digest))]);
        // A part of an older bundle would be taken for one of this.
        foreach (var old in Existing(bundle).Except(files))
            File.Delete(old);
        foreach (var (draft, final) in drafts.Zip(files))
            File.Move(draft, final, overwrite: true);
        var checksums = Sha256File.PathOf(files);
        sums.Write(checksums);
        return new CreatedBundle(
            front.Metadata.Version,
            front.Metadata.Arch,
            front.Metadata.Release,
            files,
            checksums,
            sums.Whole.Hex,
            files.Sum(static path => new FileInfo(path).Length),
            front.Metadata.UnpackedSize,
            front.Metadata.Images.Count,
            front.Metadata.Agent,
            front.Metadata.Store.ToString().ToLowerInvariant(),
            front.Metadata.Commitment.ToString(),
            front.Inventory.Signatures.Count,
            front.Inventory.Attachments.Count,
            [.. front.Metadata.SignedBy.Select(static signature => signature.KeyId.ToString())],
            Interlocked.Read(ref _downloaded),
            warnings);
    }

    private void CheckFree(string bundle)
    {
        if (options.Force)
            return;
        if (Existing(bundle).FirstOrDefault() is { } taken)
            throw new ContentException(Reasons.OutputExists, $"{taken} is there already. Move it away, or give --force to replace it.");
    }

    // The file, or the parts, of that name.
    private static IEnumerable<string> Existing(string bundle) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(bundle)!).Where(path => path == bundle || (PartNames.IsPart(path) && PartNames.BundleOf(path) == bundle)).Order(StringComparer.Ordinal);

    private IReadOnlyList<Streams.Signatures.EngineerSignature> Sign(Digest commitment) => options.SignKey is { } key ? [key.Sign(commitment)] : [];
}
