using Grpc.Core;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Wire.Containerd;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Pins;

/// <summary>
/// Pins images in containerd by a label of the image (containerd, pkg/cri/labels), which is kept with it: nothing is written to the host and nothing restarted.
/// containerd minds the label from 1.7.
/// </summary>
public sealed class ContainerdPins : IPins, IDisposable
{
    // containerd, pkg/cri/labels/labels.go.
    private const string Label = "io.cri-containerd.pinned";
    private const string Value = "pinned";

    // The namespace in which containerd's CRI plugin keeps everything (containerd, pkg/cri/constants).
    private static readonly Metadata Namespace = new() { { "containerd-namespace", "k8s.io" } };

    private readonly IContainerRuntime _runtime;
    private readonly CriOptions _options;
    private readonly CriChannel _channel;
    private readonly Images.ImagesClient _images;

    /// <param name="runtime">containerd itself, which is asked whether it worked.</param>
    /// <param name="options">Its socket, the same as for the CRI.</param>
    /// <param name="time">For time limits.</param>
    /// <exception cref="ArgumentException">A setting is wrong; the message names it.</exception>
    public ContainerdPins(IContainerRuntime runtime, CriOptions options, TimeProvider time)
    {
        (_runtime, _options) = (runtime, options);
        _channel = new CriChannel(options, time);
        _images = new Images.ImagesClient(_channel.Invoker);
    }

    /// <inheritdoc/>
    public async ValueTask<PinReport> ApplyAsync(IReadOnlyList<WantedImage> images, IReadOnlyList<WantedImage> released, CancellationToken cancellationToken)
    {
        var facts = await _runtime.FactsAsync(cancellationToken);
        await LabelAsync(await ThereAsync(images, cancellationToken), Value, cancellationToken);
        await LabelAsync(await ThereAsync(released, cancellationToken), "", cancellationToken);
        var known = facts.IsAtLeast(1, 7);
        var advice = known
            ? "See containerd's log on this node."
            : $"containerd {facts.Version} minds no pins; keep its disk below the kubelet's image threshold until it is upgraded to 1.7.";
        return new PinReport(known ? PinEffect.Applied : PinEffect.NotKnown, await Pinned.LackingAsync(_runtime, images, advice, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    // A label without a value is removed (containerd, metadata/boltutil).
    private async ValueTask LabelAsync(IEnumerable<ImageName> names, string value, CancellationToken cancellationToken)
    {
        foreach (var name in names)
        {
            var request = new UpdateImageRequest { Image = new Image { Name = name.ToString(), Labels = { [Label] = value } }, UpdateMask = new() { Paths = { $"labels.{Label}" } } };
            await _channel.AskAsync(
                new CriQuestion($"Image {name} could not be pinned or unpinned", _options.QueryTimeout), call => _images.UpdateAsync(request, call.WithHeaders(Namespace)), cancellationToken);
        }
    }

    // An image that is gone has no label, and what lacks is found when the runtime is asked.
    private async ValueTask<IReadOnlyList<ImageName>> ThereAsync(IReadOnlyList<WantedImage> images, CancellationToken cancellationToken)
    {
        var there = new List<ImageName>();
        foreach (var name in images.SelectMany(static image => image.Names))
        {
            if (await _runtime.FindAsync(name.ToString(), cancellationToken) is not null)
                there.Add(name);
        }
        return there;
    }
}
