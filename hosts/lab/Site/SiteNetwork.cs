using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Handcarry.Lab.Site;

/// <summary>
/// A network of its own for each node of a site, joined by a bridge in a further one, each link shaped in both directions. Nothing of it is in
/// the machine's own network, so sites do not see one another; the API server in this process is at the same loopback address inside each of them.
/// The namespaces have the name of the site's folder in theirs, by which <see cref="SiteSweep"/> finds them after any crash.
/// </summary>
internal sealed class SiteNetwork : IAsyncDisposable
{
    private const string Port = "eth0"; // of a node; of the bridge: v1, v2, ...

    private readonly SiteFolder _folder;
    private readonly List<Socket> _doors = [];
    private readonly CancellationTokenSource _stop = new();

    private SiteNetwork(SiteFolder folder) => _folder = folder;

    private string Bridge => $"{Prefix(_folder.Root)}bridge";

    /// <summary>Why this process cannot make one, or null when it can.</summary>
    public static async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root: network namespaces";
        if (!"/usr/sbin:/sbin:/usr/bin:/bin".Split(':').Any(static folder => File.Exists(Path.Combine(folder, "tc"))))
            return "needs iproute2 (ip, tc); `./run test` as root installs it";
        var probe = $"hcprobe-{Environment.ProcessId}-{Guid.NewGuid():N}"[..24];
        try
        {
            await Tool.RunAsync("ip", ["netns", "add", probe], cancellationToken);
            await Tool.RunAsync("ip", ["-n", probe, "link", "add", "br0", "type", "bridge"], cancellationToken);
            await Tool.RunAsync("ip", ["-n", probe, "link", "add", "v1", "type", "veth", "peer", "name", "v2"], cancellationToken);
            await Tool.RunAsync("tc", ["-n", probe, "qdisc", "add", "dev", "v1", "root", .. Shape(1_000_000)], cancellationToken);
            return null;
        }
        catch (LabException error)
        {
            return $"this kernel has no bridges of veth pairs shaped by TBF: {error.Message}";
        }
        finally
        {
            await Tool.TryAsync("ip", ["netns", "delete", probe], CancellationToken.None);
        }
    }

    /// <summary>Makes the network of the nodes 1 to <paramref name="nodes"/>.</summary>
    /// <param name="folder">The site.</param>
    /// <param name="nodes">How many nodes, at most 250.</param>
    /// <param name="bytesPerSecond">What each link gives in each direction; 0 for all that the machine can.</param>
    /// <param name="cancellationToken">Gives up; what was made is removed.</param>
    public static async Task<SiteNetwork> CreateAsync(SiteFolder folder, int nodes, long bytesPerSecond, CancellationToken cancellationToken)
    {
        var network = new SiteNetwork(folder);
        try
        {
            await Tool.RunAsync("ip", ["netns", "add", network.Bridge], cancellationToken);
            await Tool.RunAsync("ip", ["-n", network.Bridge, "link", "add", "br0", "type", "bridge"], cancellationToken);
            await Tool.RunAsync("ip", ["-n", network.Bridge, "link", "set", "br0", "up"], cancellationToken);
            for (var node = 1; node <= nodes; node++)
                await network.AddAsync(node, bytesPerSecond, cancellationToken);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Address of a node, counted from 1.</summary>
    public static string AddressOf(int node) => $"10.77.0.{node}";

    /// <summary>Name of a node's namespace.</summary>
    public string NameOf(int node) => $"{Prefix(_folder.Root)}{node}";

    /// <summary>Gives the nodes a port of this machine's loopback address, at the same address of theirs.</summary>
    public void Admit(int nodes, int port)
    {
        var door = new IPEndPoint(IPAddress.Loopback, port);
        foreach (var node in Enumerable.Range(1, nodes))
        {
            var listener = NetworkNamespace.Listen(NameOf(node), door);
            _doors.Add(listener);
            _ = AcceptAsync(listener, door);
        }
    }

    /// <summary>Lets nothing through between a node and the others, in either direction, until <see cref="JoinAsync"/>. Nobody is told.</summary>
    public Task CutAsync(int node, CancellationToken cancellationToken) => SetAsync(node, "down", cancellationToken);

    /// <summary>Ends <see cref="CutAsync"/>.</summary>
    public Task JoinAsync(int node, CancellationToken cancellationToken) => SetAsync(node, "up", cancellationToken);

    /// <summary>Names of a site's namespaces that exist.</summary>
    public static IEnumerable<string> Existing(string root) =>
        Directory.Exists("/run/netns") ? Directory.EnumerateFiles("/run/netns", $"{Prefix(root)}*").Select(static path => Path.GetFileName(path)!) : [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var door in _doors)
            door.Dispose();
        await RemoveAsync(_folder.Root);
        _stop.Dispose();
    }

    /// <summary>Ends what runs in a site's namespaces, and removes them.</summary>
    public static async Task RemoveAsync(string root)
    {
        foreach (var name in Existing(root).ToList())
        {
            var inside = (await Tool.TryAsync("ip", ["netns", "pids", name], CancellationToken.None)).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (inside.Length > 0)
                await Tool.TryAsync("kill", ["-9", .. inside], CancellationToken.None);
            await Tool.TryAsync("ip", ["netns", "delete", name], CancellationToken.None);
        }
    }

    private static string Prefix(string root) => $"{Path.GetFileName(root)}-";

    // A bucket of 256 KiB: some ticks of the kernel's clock at 100 MB/s (tc-tbf(8): at least rate/HZ), and a few packets of the largest size.
    private static string[] Shape(long bytesPerSecond) =>
        ["tbf", "rate", string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond * 8}bit"), "burst", "256kb", "latency", "50ms"];

    private async Task AddAsync(int node, long bytesPerSecond, CancellationToken cancellationToken)
    {
        var (name, plug) = (NameOf(node), $"v{node}");
        await Tool.RunAsync("ip", ["netns", "add", name], cancellationToken);
        await Tool.RunAsync("ip", ["link", "add", plug, "netns", Bridge, "type", "veth", "peer", "name", Port, "netns", name], cancellationToken);
        await Tool.RunAsync("ip", ["-n", Bridge, "link", "set", plug, "master", "br0", "up"], cancellationToken);
        await Tool.RunAsync("ip", ["-n", name, "address", "add", $"{AddressOf(node)}/24", "dev", Port], cancellationToken);
        await Tool.RunAsync("ip", ["-n", name, "link", "set", "lo", "up"], cancellationToken);
        await LearnFromLossesAsync(name, cancellationToken);
        await Tool.RunAsync("ip", ["-n", name, "link", "set", Port, "up"], cancellationToken);
        if (bytesPerSecond == 0)
            return;
        await Tool.RunAsync("tc", ["-n", Bridge, "qdisc", "add", "dev", plug, "root", .. Shape(bytesPerSecond)], cancellationToken);
        await Tool.RunAsync("tc", ["-n", name, "qdisc", "add", "dev", Port, "root", .. Shape(bytesPerSecond)], cancellationToken);
    }

    // As nodes do: CUBIC is Linux's default. BBR, where it is this machine's, takes a link whose answers queue behind data for one that holds next to nothing, and leaves a
    // quarter of it idle in both directions (`./run bench carry --only link --trace 200` shows it). CUBIC may be forbidden in a container; Reno never is.
    private static async Task LearnFromLossesAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var control in new[] { "cubic", "reno" })
        {
            var set = $"echo {control} > /proc/sys/net/ipv4/tcp_congestion_control";
            if ((await Tool.TryAsync("ip", ["netns", "exec", name, "sh", "-c", set], cancellationToken)).ExitCode == 0)
                return;
        }
    }

    private Task<string> SetAsync(int node, string state, CancellationToken cancellationToken) =>
        Tool.RunAsync("ip", ["-n", Bridge, "link", "set", $"v{node}", state], cancellationToken);

    private async Task AcceptAsync(Socket listener, IPEndPoint behind)
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptAsync(_stop.Token), behind);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The end of the network.
        }
    }

    private async Task CarryAsync(Socket outside, IPEndPoint behind)
    {
        using var inside = new Socket(behind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await inside.ConnectAsync(behind, _stop.Token);
            await using var one = new NetworkStream(outside, ownsSocket: true);
            await using var other = new NetworkStream(inside);
            await Task.WhenAny(one.CopyToAsync(other, _stop.Token), other.CopyToAsync(one, _stop.Token));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            outside.Dispose();
        }
    }
}
