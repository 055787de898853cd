using System.Diagnostics;
using System.Text;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Registries;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A real containerd in private folders, with a mirror for the images of quay.io. It knows no network and ends with the test.</summary>
internal sealed class ContainerdProcess : IRuntimeSite
{
    private readonly TestFolder _folder;
    private readonly StringBuilder _said;
    private Process _process;
    private readonly CriRuntime _runtime;

    private ContainerdProcess(TestFolder folder, Mirror mirror, Process process, StringBuilder said, CriOptions options)
    {
        (_folder, Mirror, _process, _said, Options) = (folder, mirror, process, said, options);
        _runtime = new CriRuntime(options, TimeProvider.System);
    }

    public IContainerRuntime Runtime => _runtime;

    public CriRuntime Cri => _runtime;

    public Mirror Mirror { get; }

    public CriOptions Options { get; }

    /// <summary>Where the logs of pods may go.</summary>
    public string Logs => _folder.MakeFolder("logs");

    /// <param name="sandboxImage">Offers the image of which pods are made; null when the test needs no pod.</param>
    /// <param name="rootMegabytes">Size of a file system of its own for the images; null for a folder.</param>
    /// <param name="certs">A folder with the mirrors of registries; null for one with the mirror that the site has itself.</param>
    public static async Task<ContainerdProcess> StartAsync(Func<Mirror, Task<WantedImage>>? sandboxImage = null, int? rootMegabytes = null, string? certs = null)
    {
        Tool.NeedRoot();
        Tool.Need("containerd", "runc", "docker-registry");
        var folder = new TestFolder();
        if (rootMegabytes is { } size)
            await MountAsync(folder, size);
        var mirror = await Mirror.StartAsync();
        var sandbox = sandboxImage is null ? "localhost/none" : (await sandboxImage(mirror)).Name.ToString();
        await File.WriteAllTextAsync(Path.Combine(folder.MakeFolder("certs.d", "quay.io"), "hosts.toml"), $"""
            server = "http://{mirror.Authority}"
            [host."http://{mirror.Authority}"]
            capabilities = ["pull", "resolve"]
            """);
        await File.WriteAllTextAsync(folder.At("config.toml"), $"""
            version = 2
            root = "{folder.At("root")}"
            state = "{folder.At("state")}"
            [grpc]
            address = "{folder.At("c.sock")}"
            [plugins."io.containerd.internal.v1.opt"]
            path = "{folder.At("opt")}"
            [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = "{sandbox}"
            restrict_oom_score_adj = true
            disable_apparmor = true
            disable_tcp_service = true
            [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "{folder.MakeFolder("cni-bin")}"
            conf_dir = "{folder.MakeFolder("cni")}"
            [plugins."io.containerd.grpc.v1.cri".registry]
            config_path = "{certs ?? folder.At("certs.d")}"
            """);
        var said = new StringBuilder();
        var process = Start(folder, said);
        var site = new ContainerdProcess(folder, mirror, process, said, new CriOptions { Socket = folder.At("c.sock"), Attempts = 3, FirstPause = TimeSpan.FromMilliseconds(50) });
        try
        {
            await site.ListenAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<WantedImage> OfferAsync() => await Mirror.OfferAsync();

    public async ValueTask<WantedImage> OfferListAsync() => await Mirror.OfferListAsync();

    public async ValueTask StopMirrorAsync() => await Mirror.StopAsync();

    /// <summary>Whether a layer is on its way from the mirror.</summary>
    public bool IsFetching => Directory.Exists(Ingest) && Directory.EnumerateFileSystemEntries(Ingest).Any();

    private string Ingest => _folder.At("root", "io.containerd.content.v1.content", "ingest");

    /// <summary>As by kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>As the service manager does after it was killed.</summary>
    public async Task StartAgainAsync()
    {
        _process.Dispose();
        _process = Start(_folder, _said);
        await ListenAsync();
    }

    /// <summary>What <c>ctr</c> says in the namespace of the CRI.</summary>
    public async Task<string> CtrAsync(params string[] arguments) => await Tool.RunAsync("ctr", ["--address", Options.Socket, "--namespace", "k8s.io", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        _runtime.Dispose();
        using (_process)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
        }
        await Mirror.DisposeAsync();
        await UnmountAsync();
        _folder.Dispose();
    }

    private static Process Start(TestFolder folder, StringBuilder said)
    {
        var start = new ProcessStartInfo("containerd", ["--config", folder.At("config.toml")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                said.AppendLine(line.Data);
        };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    // Its network is never ready, for it has none, but the service of images answers.
    private async Task ListenAsync()
    {
        await Eventually.HoldsAsync(() => _process.HasExited ? throw new InvalidOperationException($"containerd ended with {_process.ExitCode}: {_said}") : File.Exists(Options.Socket), "containerd listens");
        using var patient = new CriRuntime(Options with { Attempts = 10 }, TimeProvider.System);
        await patient.FactsAsync(default);
    }

    private static async Task MountAsync(TestFolder folder, int megabytes)
    {
        var result = await Tool.TryAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "handcarry-test", folder.MakeFolder("root"));
        if (result.ExitCode == 0)
            return;
        folder.Dispose();
        Skip.If(true, $"mounting is not possible here: {result.LastErrorLine}");
    }

    // The file system of its own, and what containers of a test that failed left mounted.
    private async Task UnmountAsync()
    {
        var mounts = (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(static line => line.Split(' ')[1]).Where(mount => mount.StartsWith(_folder.Root + "/", StringComparison.Ordinal));
        foreach (var mount in mounts.Reverse())
            await Tool.TryAsync("umount", "--lazy", mount);
    }
}
