using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>Asks the runtime which images are pinned; what is configured proves nothing.</summary>
internal static class Pinned
{
    /// <summary>Images that are not, with <paramref name="advice"/> as what to do.</summary>
    public static async ValueTask<IReadOnlyList<ImageFinding>> LackingAsync(IContainerRuntime runtime, IEnumerable<WantedImage> images, string advice, CancellationToken cancellationToken)
    {
        var findings = new List<ImageFinding>();
        foreach (var image in images)
        {
            if (await AskedRuntime.ForAsync(runtime, image.Name, cancellationToken) is { } lacking)
                findings.Add(lacking);
            else if (await runtime.FindAsync(image.Name.ToString(), cancellationToken) is not { Pinned: true })
                findings.Add(new ImageFinding(image.Name, RuntimeReasons.NotPinned, $"The kubelet may remove {image.Name} from this node when it makes room. {advice}"));
        }
        return findings;
    }
}
