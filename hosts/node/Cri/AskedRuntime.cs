using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>
/// Asks the runtime for each image by each of its names, one by one: a list says less, and one damaged record empties it
/// (reference/container-storage.md D4). Nothing is loaded before this finds nothing wrong; after a reboot or a restart of the runtime it is asked again.
/// </summary>
public static class AskedRuntime
{
    /// <summary>All names that the runtime does not know, or cannot say anything about; empty when every image is there.</summary>
    /// <exception cref="RuntimeException">The runtime cannot be asked at all.</exception>
    public static async ValueTask<IReadOnlyList<ImageFinding>> ForAsync(IContainerRuntime runtime, IEnumerable<WantedImage> images, CancellationToken cancellationToken)
    {
        var findings = new List<ImageFinding>();
        foreach (var name in images.SelectMany(static image => image.Names).Distinct())
        {
            if (await ForAsync(runtime, name, cancellationToken) is { } finding)
                findings.Add(finding);
        }
        return findings;
    }

    /// <summary>What is wrong with one name; null when the runtime has the image.</summary>
    internal static async ValueTask<ImageFinding?> ForAsync(IContainerRuntime runtime, ImageName name, CancellationToken cancellationToken)
    {
        try
        {
            return await runtime.FindAsync(name.ToString(), cancellationToken) is null
                ? new ImageFinding(name, RuntimeReasons.ImageNotInRuntime, $"The container runtime of this node does not have {name}. Load the bundle again; if that does not help, see whether the store is configured and mounted.")
                : null;
        }
        catch (RuntimeException e) when (e.Reason is RuntimeReasons.RuntimeFailed or RuntimeReasons.DanglingRecord)
        {
            return new ImageFinding(name, e.Reason, e.Message);
        }
    }
}
