using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>
/// Makes a sealed store (DESIGN, "Ways to load images"):
/// <para>1. skopeo imports each image under its name by digest into a fresh overlay store, checking every digest on the way.</para>
/// <para>2. What only a store in use needs is taken out, and the rest is made durable: skopeo syncs no file of a layer.</para>
/// <para>3. The store is proved against the images.</para>
/// <para>4. mksquashfs packs it into one file, which is synced and put in place.</para>
/// The imports need the umask 022, which the whole process has for that long. One sealing at a time uses a scratch folder; what is in its folder "sealing" is removed before and after, also what a killed one left.
/// </summary>
public sealed class StoreSealer
{
    // docs/benchmarks.md, "Sealed store", has the measurements. Larger blocks pack better, but whoever reads a page of a file has to unpack its whole block.
    private const string CompressionLevel = "6", BlockSize = "128K";

    private const string NoSpaceText = "no space left on device";
    private const uint UsualFileMask = 0x12;

    private static readonly string[] Kept = ["overlay", "overlay-images", "overlay-layers"];

    // What the overlay driver keeps beside the layers while it writes (drivers/overlay/overlay.go, old and new).
    private static readonly string[] DriversOwn = [".has-mount-program", "staging", "tempdirs"];

    private readonly StoreSealerOptions _options;
    private readonly IProcessRunner _runner;
    private readonly SealedStoreProof _proof;
    private readonly OrphanedImports _orphans;
    private readonly StagingFolders _folders;

    /// <summary>Makes one; throws <see cref="ArgumentException"/> that names the option at fault. Touches nothing yet.</summary>
    public StoreSealer(StoreSealerOptions options, IProcessRunner runner)
    {
        if (options.ParallelImports < 1)
            throw new ArgumentException($"{nameof(options.ParallelImports)} is {options.ParallelImports}; it must be 1 or more.");
        ImageStoreOptions.CheckPath(options.ScratchPath, nameof(options.ScratchPath));
        _options = options;
        _runner = runner;
        _proof = new SealedStoreProof(options.Proof);
        _orphans = new OrphanedImports("/proc", options.Time);
        var root = Path.Combine(Path.TrimEndingDirectorySeparator(options.ScratchPath), "sealing");
        _folders = new StagingFolders(root, Path.Combine(root, "run"));
    }

    /// <summary>
    /// Bytes that the scratch folder must have free: the unpacked layers with a twentieth for blocks and records, and skopeo's copies of the compressed
    /// layers of the images in work, of which there are at most <paramref name="compressedBytes"/>. The sealed store itself is not in it.
    /// </summary>
    public static long ScratchNeeded(long unpackedBytes, long compressedBytes) => unpackedBytes + (unpackedBytes / 20) + compressedBytes;

    /// <summary>Bytes that the output's file system must have free; five per cent more than the compressed layers, which is what is promised.</summary>
    public static long OutputNeeded(long compressedBytes) => compressedBytes + (compressedBytes / 20);

    /// <summary>Finds out, before any work is done, whether this process may unpack layers in a folder.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.SealingNotPossible"/>, saying what is not possible.</exception>
    public static void CheckRights(string scratch) => SealingRights.Check(scratch);

    /// <summary>Seals the images. Cancelled or failed, it leaves nothing behind; an older output stays as it was.</summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.SealingNotPossible"/>, <see cref="Reasons.SealingFailed"/>, <see cref="Reasons.NoSpace"/>, <see cref="Reasons.ToolMissing"/>; or the first
    /// of the violations that the proof found.
    /// </exception>
    public async Task<SealedStore> SealAsync(SealingOrder order, IImageBlobSource blobs, IProgress<SealingProgress>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_options.ScratchPath);
        using var turn = TakeTurn();
        var part = order.Output + ".part";
        await ClearAsync(part);
        try
        {
            _folders.Create();
            SealingRights.Check(_folders.Root);
            CheckSpace(order);
            await ImportAllAsync(order, blobs, progress, cancellationToken);

            progress?.Report(new SealingProgress(SealingStage.Syncing, 0, 0));
            await TrimAsync();
            Durable.SyncFileSystem(_folders.Store);

            var reports = progress is null ? null : new ProvingProgress(progress);
            var proof = await _proof.RunAsync(new StoreView(_folders.Store, OwnersKnown: true), order.Images, reports, cancellationToken);
            if (!proof.Holds)
                throw Refusal(proof);

            progress?.Report(new SealingProgress(SealingStage.Compressing, 0, 0));
            await PackAsync(part, cancellationToken);
            File.Move(part, order.Output, overwrite: true);
            Durable.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(order.Output))!);
            return new SealedStore(order.Output, new FileInfo(order.Output).Length, proof);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw e.HResult == LibC.ENOSPC
                ? NoSpace(e.Message, e)
                : new ContentException(Reasons.SealingFailed, $"The sealed store could not be made: {e.Message}. Scratch folder {_options.ScratchPath} and output {order.Output} must be writable.", e);
        }
        finally
        {
            await ClearAsync(part);
        }
    }

    private async Task ImportAllAsync(SealingOrder order, IImageBlobSource blobs, IProgress<SealingProgress>? progress, CancellationToken cancellationToken)
    {
        var done = 0;
        progress?.Report(new SealingProgress(SealingStage.Importing, 0, order.Images.Count));

        // Folders that a tar leaves out are made under the umask, and must come out as everywhere else.
        var mask = LibC.SetFileMask(UsualFileMask);
        try
        {
            await Parallel.ForEachAsync(
                order.Images.Index(),
                new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelImports, CancellationToken = cancellationToken },
                async (item, stop) =>
                {
                    await ImportAsync(item.Index, item.Item, order.Architecture, blobs, stop);
                    progress?.Report(new SealingProgress(SealingStage.Importing, Interlocked.Increment(ref done), order.Images.Count));
                });
        }
        finally
        {
            _ = LibC.SetFileMask(mask);
        }
    }

    private async Task ImportAsync(int number, ExpectedImage image, string architecture, IImageBlobSource source, CancellationToken cancellationToken)
    {
        await using var blobs = await source.OpenAsync(image, cancellationToken);
        var layout = Path.Combine(_folders.Layouts, $"{number}");
        var temporary = Path.Combine(_folders.Temporary, $"{number}");
        Directory.CreateDirectory(temporary);
        var (mediaType, bytes) = image.List is { } list ? (image.ListMediaType!, list) : (image.ManifestMediaType, image.Manifest);
        OciLayout.Write(layout, new StoreImage(image.Name, mediaType, bytes.Length));
        var result = await RunAsync(
            _options.SkopeoPath,
            "skopeo",
            [
                "--insecure-policy", "--override-os", "linux", "--override-arch", architecture, "--tmpdir", temporary,
                "copy", "--quiet", "--src-shared-blob-dir", blobs.Folder, $"oci:{layout}", ContainerTools.StoreSpecification(_folders) + image.Name,
            ],
            cancellationToken);
        if (result.ExitCode != 0)
            throw Failed(result, $"Image {image.Name} could not be imported: skopeo ended with {result.ExitCode}: {result.LastErrorLine} - fetch the image again; a layer with the same path twice can only be carried by --store layers.");
        Directory.Delete(temporary, recursive: true);
    }

    /// <summary>
    /// Leaves what an additional image store is read from: the three folders, with the locks in them, without which CRI-O 1.26 does not start on a store that
    /// it cannot write to (reference/container-storage.md section C).
    /// </summary>
    private async Task TrimAsync()
    {
        var foreign = Directory.GetFileSystemEntries(_folders.Store).Where(static path => !Kept.Contains(Path.GetFileName(path)));
        foreach (var path in foreign.Concat(DriversOwn.Select(name => Path.Combine(_folders.Store, "overlay", name))))
        {
            if (Directory.Exists(path))
                await ScratchFolder.RemoveAsync(path, _runner);
            else
                File.Delete(path);
        }
    }

    private async Task PackAsync(string part, CancellationToken cancellationToken)
    {
        // Times of files stay: Python compares them with those in its compiled files. No list of exports: nobody serves it over NFS.
        var result = await RunAsync(
            _options.MksquashfsPath,
            "squashfs-tools",
            [_folders.Store, part, "-comp", "zstd", "-Xcompression-level", CompressionLevel, "-b", BlockSize, "-noappend", "-no-recovery", "-no-exports", "-xattrs", "-mkfs-time", "0", "-no-progress", "-quiet", "-exit-on-error"],
            cancellationToken);
        if (result.ExitCode != 0)
            throw Failed(result, $"The store could not be packed into {part}: mksquashfs ended with {result.ExitCode}: {result.LastErrorLine} - remove the cause and try again.");
        using var file = new FileStream(part, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Removes what is left of this sealing, or of one that was killed while its tools went on.</summary>
    private async Task ClearAsync(string part)
    {
        await _orphans.EndAllAsync(_folders, CancellationToken.None);
        await _orphans.EndRunsAsync(_options.MksquashfsPath, _folders.Store, CancellationToken.None);
        File.Delete(part);
        if (!Directory.Exists(_folders.Root))
            return;
        foreach (var point in MountTable.Below(_folders.Root))
            await RunAsync("umount", "mount", ["--", point], CancellationToken.None);
        await ScratchFolder.RemoveAsync(_folders.Root, _runner);
    }

    private FileStream TakeTurn()
    {
        try
        {
            return new FileStream(Path.Combine(_options.ScratchPath, "sealing.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new ContentException(Reasons.SealingFailed, $"The scratch folder {_options.ScratchPath} is in use by another sealing, or not writable: {e.Message} Wait for it, or choose another scratch folder.", e);
        }
    }

    private void CheckSpace(SealingOrder order)
    {
        var output = Path.GetDirectoryName(Path.GetFullPath(order.Output))!;
        var (scratchNeeded, outputNeeded) = (ScratchNeeded(order.UnpackedBytes, order.CompressedBytes), OutputNeeded(order.CompressedBytes));
        var together = FileStatus.Of(output) is { } a && FileStatus.Of(_folders.Root) is { } b && (a.FileSystemMajor, a.FileSystemMinor) == (b.FileSystemMajor, b.FileSystemMinor);
        Check(_options.ScratchPath, together ? scratchNeeded + outputNeeded : scratchNeeded);
        Check(output, outputNeeded);

        static void Check(string folder, long needed)
        {
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (free < needed)
                throw new ContentException(Reasons.NoSpace, $"Sealing needs {needed} bytes on the file system of {folder}, where {free} are free. Free space there, or choose another folder.");
        }
    }

    private async Task<ProcessResult> RunAsync(string program, string package, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await _runner.RunAsync(new ProcessCommand(program, arguments) { Timeout = _options.StepTimeout, Environment = ScratchFolder.Environment }, cancellationToken);
        }
        catch (ProgramMissingException e)
        {
            throw new ContentException(Reasons.ToolMissing, $"A store cannot be sealed: {e.Message}. Install the package {package}, or carry plain layers: --store layers.", e);
        }
        catch (TimeoutException e)
        {
            throw new ContentException(Reasons.SealingFailed, $"The store could not be sealed: {e.Message} Look for a failing disk, then try again.", e);
        }
    }

    private ContentException Failed(ProcessResult result, string sentence) =>
        result.ErrorTail.Contains(NoSpaceText, StringComparison.OrdinalIgnoreCase) ? NoSpace(result.LastErrorLine, null) : new ContentException(Reasons.SealingFailed, sentence);

    private ContentException NoSpace(string what, Exception? inner) =>
        new(Reasons.NoSpace, $"The disk became full while the store was sealed ({what}). Free space for {_options.ScratchPath} and the output, then try again.", inner);

    private static ContentException Refusal(StoreProof proof)
    {
        var first = proof.Violations[0];
        var others = proof.Violations.Count + proof.Omitted - 1;
        return new ContentException(first.Reason, $"The store that skopeo made is not what the images say: {first.Sentence}{(others > 0 ? $" There are {others} more such findings." : "")} Try again on another disk; if it is the same, carry plain layers: --store layers.") { Digest = first.Layer };
    }
}
