using System.Diagnostics;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>
/// A real containerd on a node of a site. It has a mount namespace of its own in which the node's <c>/etc</c>, <c>/run</c> and <c>/var/lib</c> are the machine's, so its configuration, its socket and
/// the folders that it names are as on any host. It is given back with the site.
/// </summary>
internal sealed class NodeContainerd : IAsyncDisposable
{
    // Copies of the mounts of others would keep their disks busy for as long as this runs.
    private const string Begin = "while read -r _ at _; do case \"$at\" in /tmp/*) umount --lazy \"$at\";; esac; done </proc/self/mounts; for folder in /etc /run /var/lib; do mount --bind \"$0$folder\" $folder || exit; done; exec containerd --config \"$0/etc/containerd/config.toml\" >>\"$1\" 2>&1";

    // In the namespace of containerd, where what it says about its mounts is true.
    private const string Read = "mkdir -p /run/look && ctr -n k8s.io images mount \"$0\" /run/look >/dev/null && cat \"/run/look/$1\"; was=$?; ctr -n k8s.io images unmount --rm /run/look >/dev/null; exit $was";

    private readonly SiteNode _node;
    private readonly CriRuntime _cri;
    private Process? _process;

    private NodeContainerd(SiteNode node)
    {
        _node = node;
        _cri = new CriRuntime(new CriOptions { Socket = Socket }, TimeProvider.System);
    }

    /// <summary>Asks it what it has, as the kubelet would.</summary>
    public CriRuntime Cri => _cri;

    private string Socket => _node.Root + "/run/containerd/containerd.sock";

    private string Log => _node.Root + "/containerd.log";

    public static bool IsPossible => new[] { "containerd", "ctr", "runc", "unshare", "nsenter" }.All(static program => "/usr/bin:/usr/sbin:/bin:/sbin".Split(':').Any(folder => File.Exists(Path.Combine(folder, program))));

    /// <summary>Configures it on a node, arms the node by <c>handcarry arm</c>, and sets the agent's loopback listener to that port; nothing runs yet.</summary>
    public static async Task<NodeContainerd> PrepareAsync(SiteNode node, int port, CancellationToken cancellationToken)
    {
        foreach (var folder in (string[])["etc/containerd", "run/containerd", "var/lib/containerd"])
            Directory.CreateDirectory(Path.Combine(node.Root, folder));
        await File.WriteAllTextAsync(
            node.Root + "/etc/containerd/config.toml",
            """
            version = 2
            [plugins."io.containerd.internal.v1.opt"]
            path = "/var/lib/containerd-opt"
            [plugins."io.containerd.grpc.v1.cri"]
            restrict_oom_score_adj = true
            disable_apparmor = true
            disable_tcp_service = true
            [plugins."io.containerd.grpc.v1.cri".registry]
            config_path = "/etc/containerd/certs.d"

            """,
            cancellationToken);
        await node.ListenOnLoopbackAsync(port, cancellationToken);
        var arming = new[] { Path.Combine(AppContext.BaseDirectory, "handcarry.dll"), "arm", "--root", node.Root, "--mirror-port", port.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        await Tool.RunAsync("dotnet", arming, cancellationToken);
        return new NodeContainerd(node);
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _process?.Dispose();
        var start = new ProcessStartInfo("unshare", ["--mount", "--", "/bin/sh", "-c", Begin, _node.Root, Log]);
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        _process = Process.Start(start)!;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!File.Exists(Socket))
        {
            if (_process.HasExited)
                throw new LabException($"containerd of {_node.Name} ended with {_process.ExitCode}: {string.Join('\n', File.ReadLines(Log).TakeLast(5))}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        await _cri.FactsAsync(cancellationToken);
    }

    /// <summary>As by kill -9; its socket stays, and nobody answers there.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Every name of an image that it answers for.</summary>
    public async Task<IReadOnlySet<string>> ImagesAsync(CancellationToken cancellationToken) =>
        (await _cri.ListAsync(cancellationToken)).SelectMany(static image => image.Names).ToHashSet(StringComparer.Ordinal);

    /// <summary>The names that have the label by which containerd keeps an image.</summary>
    public async Task<IReadOnlySet<string>> PinnedAsync(CancellationToken cancellationToken) =>
        (await InsideAsync(cancellationToken, "ctr", "-n", "k8s.io", "images", "ls", "-q", "labels.\"io.cri-containerd.pinned\"==pinned")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

    /// <summary>The bytes of a file of an image.</summary>
    public async Task<byte[]> ReadAsync(string image, string path, CancellationToken cancellationToken) =>
        await InsideAsync(cancellationToken, "/bin/sh", "-c", Read, image, path) is { ExitCode: 0 } answer
            ? answer.Output
            : throw new FileNotFoundException($"There is no {path} in {image} on {_node.Name}.", path);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        _cri.Dispose();
    }

    private async Task<Tool.Answer> InsideAsync(CancellationToken cancellationToken, params string[] command) =>
        await Tool.TryAsync("nsenter", ["--mount", $"--target={_process!.Id}", "--", .. command], cancellationToken);
}
