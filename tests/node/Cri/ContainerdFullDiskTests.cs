using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Tests.Cri;

public sealed class ContainerdFullDiskTests
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
}
