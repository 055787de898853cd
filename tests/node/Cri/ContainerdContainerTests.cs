using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Pins;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>What is pulled must run.</summary>
public sealed class ContainerdContainerTests
{
    [SkippableFact]
    public async Task A_container_runs_from_an_image_that_was_pulled_from_the_mirror_and_keeps_it_in_the_list_of_containers()
    {
        Skip.IfNot(File.Exists("/bin/busybox"), "busybox is not installed");
        WantedImage? pause = null;
        await using var site = await ContainerdProcess.StartAsync(async mirror => pause = await mirror.OfferProgramAsync(ContainerdPod.Busybox(mirror.Images), "/busybox", "sleep", "600"));
        var image = await site.Mirror.OfferAsync(ContainerdPod.Busybox(site.Mirror.Images), site.Mirror.Images.MakeLayer("carried", "by hand"u8.ToArray()));
        Assert.Empty(await new ImagePull(site.Cri, static folder => new DriveInfo(folder).AvailableFreeSpace, new ImagePullOptions { ReservedBytes = 0 }).RunAsync([image, pause!], 1 << 20, null, default));
        await site.Mirror.StopAsync();
        await using var pod = await ContainerdPod.RunAsync(site, image.Name);

        Assert.Equal("by hand", await pod.ReadAsync("/carried"));
        var seen = Assert.Single(await site.Cri.ContainersAsync(default));
        Assert.Equal((pod.Container, "probe", true), (seen.Id, seen.Name, seen.Running));
        Assert.NotNull(await site.Cri.FindAsync(seen.Image, default));
    }

    [SkippableFact]
    public async Task Pins_are_labels_of_the_image_and_a_containerd_that_does_not_mind_them_is_told_of()
    {
        await using var site = await ContainerdProcess.StartAsync();
        Tool.Need("ctr");
        var image = await site.OfferAsync();
        await site.Cri.PullAsync(image.Name, default);
        using var pins = new ContainerdPins(site.Cri, site.Options, TimeProvider.System);

        var report = await pins.ApplyAsync([image], [], default);

        Assert.Contains("io.cri-containerd.pinned=pinned", await LabelsAsync());
        if ((await site.Cri.FactsAsync(default)).IsAtLeast(1, 7))
            Assert.Equal((PinEffect.Applied, 0), (report.Effect, report.Findings.Count));
        else
            Assert.Equal((PinEffect.NotKnown, RuntimeReasons.NotPinned), (report.Effect, Assert.Single(report.Findings).Reason));

        await pins.ApplyAsync([], [image], default);

        Assert.DoesNotContain("io.cri-containerd.pinned", await LabelsAsync());

        async Task<string> LabelsAsync() => await site.CtrAsync("images", "ls", $"name=={image.Name}");
    }
}
