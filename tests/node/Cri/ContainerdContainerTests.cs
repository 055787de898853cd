using System.Text;
using Grpc.Core;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Wire;
using Handcarry.Hosts.Node.Pins;
using Handcarry.Hosts.Node.Tests.Storage;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>What is pulled must run.</summary>
public sealed class ContainerdContainerTests
{
    [SkippableFact]
    public async Task A_container_runs_from_an_image_that_was_pulled_from_the_mirror_and_keeps_it_in_the_list_of_containers()
    {
        Skip.IfNot(File.Exists("/bin/busybox"), "busybox is not installed");
        WantedImage? pause = null;
        await using var site = await ContainerdProcess.StartAsync(async mirror => pause = await mirror.OfferProgramAsync(Busybox(mirror), "/busybox", "sleep", "600"));
        var image = await site.Mirror.OfferAsync(Busybox(site.Mirror), site.Mirror.Images.MakeLayer("carried", "by hand"u8.ToArray()));
        Assert.Empty(await new ImagePull(site.Cri, static folder => new DriveInfo(folder).AvailableFreeSpace, new ImagePullOptions { ReservedBytes = 0 }).RunAsync([image, pause!], 1 << 20, null, default));
        await site.Mirror.StopAsync();
        using var channel = new CriChannel(site.Options, TimeProvider.System);
        var runtime = new RuntimeService.RuntimeServiceClient(channel.Invoker);
        var patience = new CallOptions(deadline: DateTime.UtcNow.AddMinutes(3));

        var pod = Pod(site.Logs);
        var sandbox = (await runtime.RunPodSandboxAsync(new RunPodSandboxRequest { Config = pod }, patience)).PodSandboxId;
        try
        {
            var container = new ContainerConfig
            {
                Metadata = new ContainerMetadata { Name = "probe" },
                Image = new ImageSpec { Image = image.Name.ToString() },
                Command = { "/busybox", "sleep", "600" },
                Linux = new LinuxContainerConfig { SecurityContext = new LinuxContainerSecurityContext { NamespaceOptions = OnNode() } },
            };
            var id = (await runtime.CreateContainerAsync(new CreateContainerRequest { PodSandboxId = sandbox, Config = container, SandboxConfig = pod }, patience)).ContainerId;
            await runtime.StartContainerAsync(new StartContainerRequest { ContainerId = id }, patience);
            var answer = await runtime.ExecSyncAsync(new ExecSyncRequest { ContainerId = id, Cmd = { "/busybox", "cat", "/carried" } }, patience);

            Assert.Equal("by hand", Encoding.UTF8.GetString(answer.Stdout.Span));
            var seen = Assert.Single(await site.Cri.ContainersAsync(default));
            Assert.Equal((id, "probe", true), (seen.Id, seen.Name, seen.Running));
            Assert.NotNull(await site.Cri.FindAsync(seen.Image, default));
        }
        finally
        {
            await runtime.StopPodSandboxAsync(new StopPodSandboxRequest { PodSandboxId = sandbox }, patience);
            await runtime.RemovePodSandboxAsync(new RemovePodSandboxRequest { PodSandboxId = sandbox }, patience);
        }
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

    private static ImageMaker.Layer Busybox(Mirror mirror)
    {
        using var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, System.Formats.Tar.TarEntryFormat.Ustar, leaveOpen: true))
        {
            using var program = File.OpenRead("/bin/busybox");
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "busybox")
            {
                DataStream = program,
                Mode = (UnixFileMode)0x1ED, // 0755
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }
        return mirror.Images.MakeLayer(tar.ToArray());
    }

    // In the network of this machine, so that no network plugin is needed.
    private static PodSandboxConfig Pod(string logs) => new()
    {
        Metadata = new PodSandboxMetadata { Name = "pod", Uid = "pod", Namespace = "default" },
        LogDirectory = logs,
        Linux = new LinuxPodSandboxConfig { SecurityContext = new LinuxSandboxSecurityContext { NamespaceOptions = OnNode() } },
    };

    private static NamespaceOption OnNode() => new() { Network = NamespaceMode.Node };
}
