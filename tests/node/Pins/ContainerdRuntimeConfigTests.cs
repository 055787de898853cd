using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Pins;
using Handcarry.Hosts.Node.Tests.Cri;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Pins;

public sealed class ContainerdRuntimeConfigTests
{
    /// <summary>Real containerd; the release of Debian keeps the label and does not mind it, which must be said.</summary>
    [SkippableFact]
    public async Task The_label_of_each_image_follows_the_sets_it_is_in()
    {
        await using var site = await PullSite.StartAsync();
        Tool.Need("ctr");
        using var folder = new TestFolder();
        await using var watch = new RuntimeWatch(site.Containerd.Options.Socket, TimeProvider.System);
        using var pins = new ContainerdPins(site.Containerd.Cri, site.Containerd.Options, TimeProvider.System);
        var config = new RuntimeConfig(site.Check, pins, site.Documents, folder.At("pinned.json"), watch);
        ImageName[] images = [.. Enumerable.Range(0, 3).Select(_ => site.Offer(site.Images.MakeUnique()).Name)];
        foreach (var image in images)
            await site.Containerd.Cri.PullAsync(image, default);

        await config.PinAsync("a-0", images[..2], default);
        var state = await config.PinAsync("b-0", images[1..], default);

        var known = (await site.Containerd.Cri.FactsAsync(default)).IsAtLeast(1, 7);
        Assert.Equal((known, known ? null : RuntimeReasons.NotPinned), (state.Pinned, state.Why?.Reason));
        Assert.Equal([true, true, true], await LabelledAsync());

        // An image that is gone by now is no reason to keep the label of others.
        await site.Containerd.Cri.RemoveAsync(images[2].ToString(), default);
        await config.KeepOnlyAsync("b-0", default);

        Assert.Equal([false, true, false], await LabelledAsync());
        Assert.Null(await config.FaultAsync(default));

        async Task<List<bool>> LabelledAsync()
        {
            var labelled = new List<bool>();
            foreach (var image in images)
                labelled.Add((await site.Containerd.CtrAsync("images", "ls", $"name=={image}")).Contains("io.cri-containerd.pinned=pinned", StringComparison.Ordinal));
            return labelled;
        }
    }
}
