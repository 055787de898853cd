using System.Collections.Concurrent;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// The strategy cri-pull: the runtime itself pulls each image from this node's own mirror into its main storage. An image counts when the runtime
/// answers for each of its names. CRI-O knows a pulled list by both digests; containerd by the one it was pulled by, so there the other is pulled, too,
/// which fetches no layer again.
/// </summary>
/// <param name="runtime">The node's runtime.</param>
/// <param name="freeBytes">Bytes free on the file system of a folder that the runtime names.</param>
/// <param name="options">How many at once, and what stays free.</param>
public sealed class ImagePull(IContainerRuntime runtime, Func<string, long> freeBytes, ImagePullOptions options)
{
    /// <summary>
    /// Pulls what the runtime lacks; all that went wrong, empty when it has every image. After an image has failed the others go on, but for a full
    /// disk or a runtime that does not answer.
    /// </summary>
    /// <param name="images">The images of the bundle.</param>
    /// <param name="bytes">What the images that are lacking take at most, unpacked and with what is kept of their blobs.</param>
    /// <param name="progress">Told after each image; null when nobody is to be told.</param>
    /// <param name="cancellationToken">Ends the pulls that run; images that are complete stay.</param>
    /// <exception cref="RuntimeException">NoSpace before anything is pulled, or on the way; the runtime cannot be asked.</exception>
    public async ValueTask<IReadOnlyList<ImageFinding>> RunAsync(
        IReadOnlyList<WantedImage> images, long bytes, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if ((await AskedRuntime.ForAsync(runtime, images, cancellationToken)).Count == 0)
            return [];
        await CheckSpaceAsync(bytes, cancellationToken);

        var failures = new ConcurrentBag<ImageFinding>();
        var done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(images, parallel, async (image, token) =>
        {
            foreach (var failure in await PullAsync(image, token))
                failures.Add(failure);
            progress?.Report(new PullProgress(Interlocked.Increment(ref done), images.Count, image.Name));
        });
        return [.. failures.OrderBy(static failure => failure.Image.ToString(), StringComparer.Ordinal)];
    }

    private async ValueTask<List<ImageFinding>> PullAsync(WantedImage image, CancellationToken cancellationToken)
    {
        var failures = new List<ImageFinding>();
        foreach (var name in image.Names)
        {
            if (await AskedRuntime.ForAsync(runtime, name, cancellationToken) is null)
                continue;
            try
            {
                await runtime.PullAsync(name, cancellationToken);
            }
            catch (RuntimeException e) when (e.Reason is not (RuntimeReasons.NoSpace or RuntimeReasons.RuntimeUnreachable))
            {
                failures.Add(new ImageFinding(name, e.Reason, e.Message));
                continue;
            }
            if (await AskedRuntime.ForAsync(runtime, name, cancellationToken) is { } lacking)
                failures.Add(lacking);
        }
        return failures;
    }

    private async ValueTask CheckSpaceAsync(long bytes, CancellationToken cancellationToken)
    {
        var facts = await runtime.FactsAsync(cancellationToken);
        if (facts.ImageFolders.Count == 0)
            throw new RuntimeException(RuntimeReasons.RuntimeFailed, $"{facts.Name} {facts.Version} does not say where it keeps images (ImageFsInfo is empty), so the space for {bytes} bytes cannot be checked. See its log on this node.");
        foreach (var folder in facts.ImageFolders)
        {
            var free = freeBytes(folder);
            if (free - options.ReservedBytes < bytes)
                throw new RuntimeException(RuntimeReasons.NoSpace, $"The images need {bytes} bytes on the file system of {folder}, where {free} are free and {options.ReservedBytes} are kept in reserve. Free {bytes + options.ReservedBytes - free} bytes there, then load again.");
        }
    }
}
