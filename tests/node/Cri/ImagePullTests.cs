using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class ImagePullTests
{
    private const long Gigabyte = 1L << 30;

    [Fact]
    public async Task Nothing_is_pulled_where_the_reserve_would_be_touched()
    {
        await using var site = new CrioTwinSite(32);
        var image = await site.OfferAsync();
        var pull = new ImagePull(site.Runtime, static _ => (3 * Gigabyte) - 1, new ImagePullOptions { ReservedBytes = Gigabyte });

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await pull.RunAsync([image], 2 * Gigabyte, null, default));

        Assert.Equal(RuntimeReasons.NoSpace, failure.Reason);
        Assert.Contains("Free 1 bytes there", failure.Message);
        Assert.Empty(site.Crio.Pulls);
    }

    [Fact]
    public async Task Images_that_are_there_need_neither_space_nor_a_mirror()
    {
        await using var site = new CrioTwinSite(37);
        WantedImage[] images = [site.Preload(), site.Preload(list: true)];
        await site.StopMirrorAsync();

        Assert.Empty(await new ImagePull(site.Runtime, static _ => 0, new ImagePullOptions()).RunAsync(images, Gigabyte, null, default));
    }

    [Fact]
    public async Task After_an_image_that_is_not_served_the_others_are_pulled_and_all_is_reported()
    {
        await using var site = new CrioTwinSite(32);
        var lacking = new WantedImage((await site.OfferAsync()).Name);
        site.Crio.Mirror!.Remove(lacking.Name);
        WantedImage[] images = [await site.OfferAsync(), lacking, await site.OfferListAsync()];
        var progress = new List<PullProgress>();
        var pull = new ImagePull(site.Runtime, static _ => 100 * Gigabyte, new ImagePullOptions { Parallel = 1 });

        var finding = Assert.Single(await pull.RunAsync(images, Gigabyte, new Immediate(progress), default));

        Assert.Equal((lacking.Name, RuntimeReasons.ImageNotServed), (finding.Image, finding.Reason));
        Assert.Empty(await AskedRuntime.ForAsync(site.Runtime, [images[0], images[2]], default));
        Assert.Equal([1, 2, 3], progress.Select(static step => step.Done));
        Assert.All(progress, static step => Assert.Equal(3, step.Total));
        // CRI-O knows a list by both digests once it was pulled by one.
        Assert.Equal([images[0].Name, images[2].Name], site.Crio.Pulls);
    }

    [Fact]
    public async Task Given_up_it_ends_and_goes_on_where_it_was_the_next_time()
    {
        await using var site = new CrioTwinSite(32);
        var first = await site.OfferAsync();
        await site.Runtime.PullAsync(first.Name, default);
        var second = await site.OfferAsync();
        var held = new TaskCompletionSource();
        site.Crio.Pulling = held.Task;
        var pull = new ImagePull(site.Runtime, static _ => 100 * Gigabyte, new ImagePullOptions());
        using var cancel = new CancellationTokenSource();

        var running = pull.RunAsync([first, second], Gigabyte, null, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        held.SetResult();

        Assert.Empty(await pull.RunAsync([first, second], Gigabyte, null, default));
        Assert.Equal([first.Name, second.Name], site.Crio.Pulls);
    }

    /// <summary>Told on the spot, one after the other.</summary>
    private sealed class Immediate(List<PullProgress> told) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => told.Add(value);
    }
}
