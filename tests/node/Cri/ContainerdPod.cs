using System.Text;
using Grpc.Core;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Wire;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A pod in a real containerd with one container that sleeps. It ends with the test.</summary>
internal sealed class ContainerdPod : IAsyncDisposable
{
    private readonly CriChannel _channel;
    private readonly RuntimeService.RuntimeServiceClient _runtime;
    private readonly string _pod;

    private ContainerdPod(CriChannel channel, RuntimeService.RuntimeServiceClient runtime, string pod) => (_channel, _runtime, _pod) = (channel, runtime, pod);

    public string Container { get; private set; } = "";

    private static CallOptions Patience => new(deadline: DateTime.UtcNow.AddMinutes(3));

    /// <summary>Runs an image that has <see cref="Busybox"/> as a layer.</summary>
    public static async Task<ContainerdPod> RunAsync(ContainerdProcess site, ImageName image)
    {
        var channel = new CriChannel(site.Options, TimeProvider.System);
        var runtime = new RuntimeService.RuntimeServiceClient(channel.Invoker);
        var config = Pod(site.Logs);
        var pod = new ContainerdPod(channel, runtime, (await runtime.RunPodSandboxAsync(new RunPodSandboxRequest { Config = config }, Patience)).PodSandboxId);
        try
        {
            var container = new ContainerConfig
            {
                Metadata = new ContainerMetadata { Name = "probe" },
                Image = new ImageSpec { Image = image.ToString() },
                Command = { "/busybox", "sleep", "600" },
                Linux = new LinuxContainerConfig { SecurityContext = new LinuxContainerSecurityContext { NamespaceOptions = OnNode() } },
            };
            pod.Container = (await runtime.CreateContainerAsync(new CreateContainerRequest { PodSandboxId = pod._pod, Config = container, SandboxConfig = config }, Patience)).ContainerId;
            await runtime.StartContainerAsync(new StartContainerRequest { ContainerId = pod.Container }, Patience);
            return pod;
        }
        catch
        {
            await pod.DisposeAsync();
            throw;
        }
    }

    /// <summary>A layer with the one program that such a container needs.</summary>
    public static ImageMaker.Layer Busybox(ImageMaker images)
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
        return images.MakeLayer(tar.ToArray());
    }

    /// <summary>The text of a file in the container.</summary>
    public async Task<string> ReadAsync(string path) =>
        Encoding.UTF8.GetString((await _runtime.ExecSyncAsync(new ExecSyncRequest { ContainerId = Container, Cmd = { "/busybox", "cat", path } }, Patience)).Stdout.Span);

    public async ValueTask DisposeAsync()
    {
        await _runtime.StopPodSandboxAsync(new StopPodSandboxRequest { PodSandboxId = _pod }, Patience);
        await _runtime.RemovePodSandboxAsync(new RemovePodSandboxRequest { PodSandboxId = _pod }, Patience);
        _channel.Dispose();
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
