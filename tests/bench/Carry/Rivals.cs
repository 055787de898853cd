using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Carry;

/// <summary>Other ways to bring the same content from the first node of a shaped network to all others. It is on the first node's disk from the start.</summary>
internal sealed class Rivals(SiteFolder folder, SiteNetwork network, int nodes, MadeRelease release, string bundle)
{
    private const int HttpPort = 8000;
    private const int RegistryPort = 5000;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private IEnumerable<int> Others => Enumerable.Range(2, nodes - 1);

    /// <summary>Once over one link, and nothing done with it: what no way over that link can undercut.</summary>
    public async Task<TimeSpan> LinkAsync(CancellationToken cancellationToken)
    {
        using var served = new ServedFile(network.NameOf(1), Endpoint(1, HttpPort), bundle);
        var time = Stopwatch.StartNew();
        await FetchAsync(2, "/dev/null", cancellationToken);
        return time.Elapsed;
    }

    /// <summary>A star: every node downloads from the first with curl, all at once.</summary>
    public async Task<TimeSpan> StarAsync(CancellationToken cancellationToken)
    {
        using var served = new ServedFile(network.NameOf(1), Endpoint(1, HttpPort), bundle);
        var time = Stopwatch.StartNew();
        await Task.WhenAll(Others.Select(node => FetchAsync(node, PathOf(node, "star"), cancellationToken)));
        time.Stop();
        foreach (var node in Others)
            RemoveComplete(PathOf(node, "star"));
        return time.Elapsed;
    }

    /// <summary>skopeo copies image after image to a registry on each node, node after node. All images share one repository, so no layer is sent to a node twice.</summary>
    public async Task<TimeSpan> SkopeoAsync(CancellationToken cancellationToken)
    {
        List<Process> registries = [];
        try
        {
            foreach (var node in Others)
                registries.Add(await RegistryAsync(node, cancellationToken));
            var images = release.Images.Select(Folder).ToList();
            var time = Stopwatch.StartNew();
            foreach (var node in Others)
            {
                foreach (var (image, i) in images.Select(static (image, i) => (image, i)))
                {
                    await RunAsync(1,
                        ["skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false", $"dir:{image}", $"docker://{Endpoint(node, RegistryPort)}/site:{i}"],
                        cancellationToken);
                }
            }

            return time.Elapsed;
        }
        finally
        {
            registries.ForEach(End);
        }
    }

    /// <summary>BitTorrent with aria2: the first node seeds, a tracker tells everybody of everybody.</summary>
    public async Task<TimeSpan> BitTorrentAsync(CancellationToken cancellationToken)
    {
        var torrent = Path.Combine(folder.Root, "bundle.torrent");
        var answer = Path.Combine(folder.Root, "peers");
        Torrent.Write(bundle, new Uri($"http://{Endpoint(1, HttpPort)}/announce"), torrent);
        Torrent.WriteAnswer([.. Enumerable.Range(1, nodes).Select(static node => IPAddress.Parse(SiteNetwork.AddressOf(node)))], answer);
        var done = Path.Combine(folder.Root, "done");
        await File.WriteAllTextAsync(done, "#!/bin/sh\ntouch \"$3.done\"\n", cancellationToken);
        File.SetUnixFileMode(done, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var tracker = new ServedFile(network.NameOf(1), Endpoint(1, HttpPort), answer);
        List<Process> peers = [];
        try
        {
            peers.Add(Aria(1, torrent, Path.GetDirectoryName(bundle)!, "--bt-seed-unverified=true"));
            await ListensAsync(1, Torrent.Port, peers[0], cancellationToken);
            var files = Others.Select(node => Path.Combine(Directory.CreateDirectory(PathOf(node, "torrent")).FullName, Path.GetFileName(bundle))).ToList();
            var time = Stopwatch.StartNew();
            foreach (var (node, file) in Others.Zip(files))
                peers.Add(Aria(node, torrent, Path.GetDirectoryName(file)!, $"--on-bt-download-complete={done}"));
            while (!files.TrueForAll(static file => File.Exists($"{file}.done")))
            {
                if (peers.Find(static peer => peer.HasExited) is { } gone)
                    throw new LabException($"aria2c ended with {gone.ExitCode} while it should share.");
                await Task.Delay(Look, cancellationToken);
            }

            time.Stop();
            files.ForEach(RemoveComplete);
            return time.Elapsed;
        }
        finally
        {
            peers.ForEach(End);
        }
    }

    private static IPEndPoint Endpoint(int node, int port) => new(IPAddress.Parse(SiteNetwork.AddressOf(node)), port);

    private string PathOf(int node, string name) => Path.Combine(folder.Root, $"{name}-{node}");

    private Task<string> FetchAsync(int node, string output, CancellationToken cancellationToken) =>
        RunAsync(node, ["curl", "--silent", "--show-error", "--fail", "--output", output, $"http://{Endpoint(1, HttpPort)}/"], cancellationToken);

    private Task<string> RunAsync(int node, string[] command, CancellationToken cancellationToken) =>
        Tool.RunAsync("ip", ["netns", "exec", network.NameOf(node), .. command], cancellationToken);

    private Process Start(int node, string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec ip netns exec \"$@\" >/dev/null 2>&1", "sh", network.NameOf(node), .. command]);
        start.Environment["OTEL_TRACES_EXPORTER"] = "none"; // docker-registry would send traces to a collector
        return Process.Start(start)!;
    }

    private Process Aria(int node, string torrent, string target, string more) => Start(node,
    [
        "aria2c", "--no-conf", "--quiet", "--enable-dht=false", "--enable-dht6=false", "--disable-ipv6", "--bt-enable-lpd=false", "--seed-ratio=0", "--file-allocation=none",
        $"--listen-port={Torrent.Port}", $"--dir={target}", more, torrent,
    ]);

    private async Task<Process> RegistryAsync(int node, CancellationToken cancellationToken)
    {
        var configuration = PathOf(node, "registry.yml");
        await File.WriteAllTextAsync(
            configuration,
            $"version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: {PathOf(node, "registry")}\nhttp:\n  addr: {Endpoint(node, RegistryPort)}\n  secret: bench\n",
            cancellationToken);
        var registry = Start(node, ["docker-registry", "serve", configuration]);
        await ListensAsync(node, RegistryPort, registry, cancellationToken);
        return registry;
    }

    private async Task ListensAsync(int node, int port, Process process, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var socket = NetworkNamespace.Connect(network.NameOf(node), Endpoint(node, port));
                return;
            }
            catch (LabException) when (!process.HasExited)
            {
                await Task.Delay(Look, cancellationToken);
            }
        }
    }

    // An image as skopeo's dir: transport has it (containers-transports(5)).
    private string Folder(MadeImage image)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder.Root, "images", image.Tag)).FullName;
        File.WriteAllText(Path.Combine(target, "version"), "Directory Transport Version: 1.1\n");
        File.Copy(release.Blobs.PathOf(image.Blobs.Manifests[^1].Digest), Path.Combine(target, "manifest.json"), overwrite: true);
        foreach (var digest in image.Blobs.Configs.Concat(image.Blobs.Layers).Select(static blob => blob.Digest).Distinct())
        {
            if (!File.Exists(Path.Combine(target, digest.Hex)))
                File.CreateSymbolicLink(Path.Combine(target, digest.Hex), release.Blobs.PathOf(digest));
        }

        return target;
    }

    private void RemoveComplete(string file)
    {
        if (new FileInfo(file).Length != new FileInfo(bundle).Length)
            throw new LabException($"{file} has {new FileInfo(file).Length} bytes, not those of the bundle.");
        File.Delete(file);
    }

    private static void End(Process process)
    {
        using (process)
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
        }
    }
}
