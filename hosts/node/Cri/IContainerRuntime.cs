using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>The node's container runtime, as the kubelet sees it. What it answers is what counts: an image is loaded when the runtime says so.</summary>
public interface IContainerRuntime
{
    /// <summary>Which runtime it is and where it keeps images.</summary>
    /// <exception cref="RuntimeException">It cannot be asked.</exception>
    ValueTask<RuntimeFacts> FactsAsync(CancellationToken cancellationToken);

    /// <summary>All its images.</summary>
    /// <exception cref="RuntimeException">It cannot be asked, or one record of its storage is damaged: CRI-O then lists none at all.</exception>
    ValueTask<IReadOnlyList<RuntimeImage>> ListAsync(CancellationToken cancellationToken);

    /// <summary>The image of this name or id; null when it has none. The same question decides in the kubelet whether an image must be pulled.</summary>
    /// <exception cref="RuntimeException">It cannot be asked, or the image's record is damaged.</exception>
    ValueTask<RuntimeImage?> FindAsync(string image, CancellationToken cancellationToken);

    /// <summary>Has it get an image. It asks a registry or mirror also when the image is there already.</summary>
    /// <exception cref="RuntimeException">It cannot be asked, or could not get the image.</exception>
    ValueTask PullAsync(ImageName image, CancellationToken cancellationToken);

    /// <summary>Has it forget the image of this name or id, all its names included; one that is not there is no error. What it says proves nothing: look again.</summary>
    /// <exception cref="RuntimeException">It cannot be asked, or refuses; CRI-O below 1.36 refuses images of additional stores.</exception>
    ValueTask RemoveAsync(string image, CancellationToken cancellationToken);
}
