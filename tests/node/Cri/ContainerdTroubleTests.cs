using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class ContainerdTroubleTests
{
    [SkippableFact]
    public async Task A_disk_that_fills_up_while_an_image_is_unpacked_ends_the_pull_for_want_of_space_and_what_was_there_stays()
    {
        await using var site = await ContainerdProcess.StartAsync(rootMegabytes: 48);
        var (small, content) = (await site.OfferAsync(), new byte[64 << 20]);
        await site.Cri.PullAsync(small.Name, default);
        var big = await site.Mirror.OfferAsync(site.Mirror.Images.MakeLayer("big", content));
        // The space is said to be enough, so that the disk itself has to say that it is not.
        var pull = new ImagePull(site.Cri, static _ => 1L << 40, new ImagePullOptions());

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await pull.RunAsync([small, big], 1 << 20, null, default));

        Assert.Equal(RuntimeReasons.NoSpace, failure.Reason);
        Assert.Contains(big.Name.ToString(), failure.Message);
        Assert.Empty(await AskedRuntime.ForAsync(site.Cri, [small], default));
        Assert.Null(await site.Cri.FindAsync(big.Name.ToString(), default));
        // With the true figures nothing would have begun.
        var careful = new ImagePull(site.Cri, static folder => new DriveInfo(folder).AvailableFreeSpace, new ImagePullOptions { ReservedBytes = 0 });
        failure = await Assert.ThrowsAsync<RuntimeException>(async () => await careful.RunAsync([big], content.Length, null, default));
        Assert.Contains("ree ", failure.Message);
    }

    [SkippableFact]
    public async Task A_containerd_that_is_killed_while_it_pulls_is_asked_again_and_has_the_image_in_the_end()
    {
        await using var site = await ContainerdProcess.StartAsync();
        var content = new byte[48 << 20];
        new Random(1).NextBytes(content);
        var image = await site.Mirror.OfferAsync(site.Mirror.Images.MakeLayer("big", content));
        using var patient = new CriRuntime(site.Options with { Attempts = 12 }, TimeProvider.System);

        var pull = new ImagePull(patient, static _ => 1L << 40, new ImagePullOptions()).RunAsync([image], content.Length, null, default).AsTask();
        await Eventually.HoldsAsync(() => site.IsFetching || pull.IsCompleted, "a layer is on its way");
        await site.KillAsync();
        await site.StartAgainAsync();

        Assert.Empty(await pull);
        Assert.Empty(await AskedRuntime.ForAsync(site.Cri, [image], default));
    }
}
