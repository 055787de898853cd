using Handcarry.Hosts.Node.Cri.Wire;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>A container runtime over the Container Runtime Interface, version v1 (CRI-O from 1.23, containerd from 1.6). Any thread may ask.</summary>
public sealed class CriRuntime : IContainerRuntime, IDisposable
{
    private const string RuntimeReady = "RuntimeReady";

    private readonly CriOptions _options;
    private readonly CriChannel _channel;
    private readonly ImageService.ImageServiceClient _images;
    private readonly RuntimeService.RuntimeServiceClient _runtime;

    /// <summary>Nothing is asked yet.</summary>
    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public CriRuntime(CriOptions options, TimeProvider time)
    {
        _options = options;
        _channel = new CriChannel(options, time);
        _images = new ImageService.ImageServiceClient(_channel.Invoker);
        _runtime = new RuntimeService.RuntimeServiceClient(_channel.Invoker);
    }

    /// <inheritdoc/>
    public async ValueTask<RuntimeFacts> FactsAsync(CancellationToken cancellationToken)
    {
        var question = Query("The container runtime cannot be asked what it is");
        var version = await _channel.AskAsync(question, call => _runtime.VersionAsync(new VersionRequest(), call), cancellationToken);
        var status = await _channel.AskAsync(question, call => _runtime.StatusAsync(new StatusRequest(), call), cancellationToken);
        var space = await _channel.AskAsync(question, call => _images.ImageFsInfoAsync(new ImageFsInfoRequest(), call), cancellationToken);
        return new RuntimeFacts(
            version.RuntimeName,
            version.RuntimeVersion,
            status.Status?.Conditions.Any(static condition => condition is { Type: RuntimeReady, Status: true }) ?? false,
            [.. space.ImageFilesystems.Select(static usage => usage.FsId?.Mountpoint ?? "").Where(static folder => folder.Length > 0).Distinct(StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RuntimeImage>> ListAsync(CancellationToken cancellationToken)
    {
        var answer = await _channel.AskAsync(
            Query("The images of the container runtime cannot be listed"), call => _images.ListImagesAsync(new ListImagesRequest(), call), cancellationToken);
        return [.. answer.Images.Select(Read)];
    }

    /// <inheritdoc/>
    public async ValueTask<RuntimeImage?> FindAsync(string image, CancellationToken cancellationToken)
    {
        var answer = await _channel.AskAsync(
            Query($"The container runtime cannot be asked for {image}"),
            call => _images.ImageStatusAsync(new ImageStatusRequest { Image = new ImageSpec { Image = image } }, call),
            cancellationToken);
        return answer.Image is { } found ? Read(found) : null;
    }

    /// <inheritdoc/>
    public async ValueTask PullAsync(ImageName image, CancellationToken cancellationToken) => await _channel.AskAsync(
        new CriQuestion($"Image {image} could not be pulled", _options.PullTimeout, IsPull: true),
        call => _images.PullImageAsync(new PullImageRequest { Image = new ImageSpec { Image = image.ToString() } }, call),
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(string image, CancellationToken cancellationToken) => await _channel.AskAsync(
        Query($"Image {image} could not be removed"),
        call => _images.RemoveImageAsync(new RemoveImageRequest { Image = new ImageSpec { Image = image } }, call),
        cancellationToken);

    /// <summary>All containers, stopped ones included: those keep an image, too.</summary>
    /// <exception cref="RuntimeException">The runtime cannot be asked.</exception>
    public async ValueTask<IReadOnlyList<RuntimeContainer>> ContainersAsync(CancellationToken cancellationToken)
    {
        var answer = await _channel.AskAsync(
            Query("The containers of the container runtime cannot be listed"), call => _runtime.ListContainersAsync(new ListContainersRequest(), call), cancellationToken);
        return [.. answer.Containers.Select(static container => new RuntimeContainer(
            container.Id,
            container.Metadata?.Name ?? "",
            container.ImageRef is { Length: > 0 } image ? image : container.Image?.Image ?? "",
            container.State == ContainerState.ContainerRunning))];
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private CriQuestion Query(string failure) => new(failure, _options.QueryTimeout);

    private static RuntimeImage Read(Image image) => new(image.Id, [.. image.RepoTags, .. image.RepoDigests], (long)Math.Min(image.Size, long.MaxValue), image.Pinned);
}
