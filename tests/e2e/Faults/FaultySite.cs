using System.Net;
using System.Security.Cryptography;
using Handcarry.Lab.Site;
using Handcarry.Streams.Content;

namespace Handcarry.E2e.Tests.Faults;

/// <summary>
/// A site in which a <see cref="FaultyLink"/> stands in front of each node's data plane. The medium goes into the node of the supervisor, so
/// that the others are plain ones:
/// <code><![CDATA[
///   medium -> source --link--> middle --link--> last
/// ]]></code>
/// </summary>
internal sealed class FaultySite : IAsyncDisposable
{
    // The links are where the others look for a node, the agents listen beside them.
    private const string LinkHost = "127.0.1.1";
    private const string AgentHost = "127.0.0.1";

    /// <summary>What a draw that breaks off may have received in vain: an unfinished chunk.</summary>
    private const long LostByBreak = BlobSpec.ChunkSize;

    private readonly CarryingSite _carrying;
    private readonly Dictionary<SiteNode, FaultyLink> _links;

    private FaultySite(CarryingSite carrying, Dictionary<SiteNode, FaultyLink> links)
    {
        (_carrying, _links) = (carrying, links);
        Source = carrying.Supervisor;
        // A new chain is in the order of the nodes' names.
        Others = [.. Site.Nodes.Where(node => node != Source).OrderBy(node => node.Name, StringComparer.Ordinal)];
    }

    public LabSite Site => _carrying.Site;

    /// <summary>The node that gets the medium.</summary>
    public SiteNode Source { get; }

    /// <summary>The others, in the order of the chain.</summary>
    public IReadOnlyList<SiteNode> Others { get; }

    public SiteNode Middle => Others[0];

    public SiteNode Last => Others[^1];

    /// <summary>Bytes of the release's layers: nearly all of what each node needs.</summary>
    public long Size => _carrying.Release.Layers.Sum(static layer => layer.Size);

    /// <summary>Bytes of the release's largest layer, which is drawn last: nearly a third of all.</summary>
    public long Largest => _carrying.Release.Layers.Max(static layer => layer.Size);

    /// <summary>Whether that node has some of the largest layer and not all.</summary>
    public bool IsInTheLargest(SiteNode node)
    {
        var hex = _carrying.Release.Layers.MaxBy(static layer => layer.Size)!.Digest.Hex;
        return File.Exists(Path.Combine(node.StatePath, "partial", hex)) && !HasBlob(node, hex);
    }

    /// <param name="size">Bytes of the release's layers, about.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="prepare">What else is done to a node before its agent starts.</param>
    /// <param name="settings">Settings of every agent besides.</param>
    public static async Task<FaultySite> StartAsync(
        long size,
        CancellationToken cancellationToken,
        int nodes = 3,
        Func<SiteNode, CancellationToken, Task>? prepare = null,
        IReadOnlyDictionary<string, string>? settings = null)
    {
        var links = new Dictionary<SiteNode, FaultyLink>();
        var options = new SiteOptions
        {
            Nodes = nodes,
            Settings = new Dictionary<string, string>(settings ?? new Dictionary<string, string>()) { ["data.host"] = LinkHost, ["data.listen"] = AgentHost },
            Prepare = async (node, token) =>
            {
                links[node] = new FaultyLink(new IPEndPoint(IPAddress.Parse(LinkHost), node.DataPort), new IPEndPoint(IPAddress.Parse(AgentHost), node.DataPort));
                if (prepare is not null)
                    await prepare(node, token);
            },
        };
        try
        {
            return new FaultySite(await CarryingSite.StartAsync(size, cancellationToken, options), links);
        }
        catch
        {
            foreach (var link in links.Values)
                await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>The link over which others draw from that node.</summary>
    public FaultyLink LinkOf(SiteNode holder) => _links[holder];

    /// <summary>Bytes that have crossed all links.</summary>
    public long Carried => _links.Values.Sum(static link => link.Carried);

    /// <summary>Bytes of layers that are not complete at all nodes together.</summary>
    public long Lacking => Site.Nodes.Sum(node => _carrying.Release.Layers.Where(layer => !HasBlob(node, layer.Digest.Hex)).Sum(static layer => layer.Size));

    public Task InsertAsync(CancellationToken cancellationToken) => Site.InsertAsync(Source, _carrying.Bundle, cancellationToken);

    /// <summary>Inserts the medium, and waits until so many bytes have crossed <paramref name="link"/> and it was cut.</summary>
    public async Task InsertAndCutAsync(FaultyLink link, long bytes, CancellationToken cancellationToken, Way ways = Way.Down)
    {
        var cut = link.CutAfterAsync(bytes, ways);
        await InsertAsync(cancellationToken);
        await cut.WaitAsync(cancellationToken);
    }

    /// <summary>Waits until the status of the upgrade is so.</summary>
    public async Task<UpgradeProgress> WaitAsync(Predicate<UpgradeProgress> is_, CancellationToken cancellationToken)
    {
        var last = UpgradeProgress.None;
        try
        {
            await foreach (var view in SiteViews.FollowAsync(Site.Api, cancellationToken))
            {
                last = view.Upgrade;
                Site.ThrowIfAgentDied();
                if (is_(last))
                    return last;
                Assert.False(last.HasEnded, $"The upgrade ended too soon: {last.Phase} {last.Reason} {last.Message}");
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new TimeoutException($"Nothing more comes; the status is {last.Phase} {last.Reason} {last.Message}\n{string.Join('\n', last.Nodes)}");
    }

    /// <summary>Waits until that node's part of the status is so.</summary>
    public async Task<NodeProgress> WaitAsync(SiteNode node, Predicate<NodeProgress> is_, CancellationToken cancellationToken)
    {
        var progress = await WaitAsync(upgrade => upgrade.Nodes.Any(n => n.Name == node.Name && is_(n)), cancellationToken);
        return progress.Nodes.Single(n => n.Name == node.Name);
    }

    /// <summary>
    /// Waits for the end of the upgrade, and asserts that all nodes have all images, that every blob on every disk is what its name says,
    /// and that of what was complete already nothing has crossed a link again.
    /// </summary>
    /// <param name="lacking">What may have crossed links from now on, or from when <paramref name="carried"/> was noted.</param>
    /// <param name="carried">What had crossed them before.</param>
    /// <param name="breaks">Tells at the end how many draws have broken off.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AssertCompletesAsync(long lacking, long carried, Func<int> breaks, CancellationToken cancellationToken)
    {
        await _carrying.AssertCompletesAsync(cancellationToken);
        foreach (var node in Site.Nodes)
            Assert.Empty(WrongBlobs(node));
        AssertNothingTwice(lacking, carried, breaks());
    }

    /// <summary>As <see cref="AssertCompletesAsync(long, long, Func{int}, CancellationToken)"/>, for all that has crossed links since the site was started.</summary>
    public Task AssertCompletesAsync(Func<int> breaks, CancellationToken cancellationToken) => AssertCompletesAsync(Size * Others.Count, 0, breaks, cancellationToken);

    /// <summary>As <see cref="AssertCompletesAsync(Func{int}, CancellationToken)"/>, of the blobs alone: whether they are loaded as well is not waited for.</summary>
    public async Task AssertCarriedAsync(Func<int> breaks, CancellationToken cancellationToken)
    {
        await WaitAsync(upgrade => upgrade.Nodes.Count == Site.Nodes.Count && upgrade.Nodes.All(static node => node.Stage is "Loading" or "Ready" or "Upgraded"), cancellationToken);
        foreach (var node in Site.Nodes)
            Assert.Empty(WrongBlobs(node));
        AssertNothingTwice(Size * Others.Count, 0, breaks());
    }

    /// <summary>As <see cref="AssertCompletesAsync(Func{int}, CancellationToken)"/>, where the blobs of one node were spoilt on purpose.</summary>
    public async Task AssertCompletesWithoutAsync(SiteNode spoilt, CancellationToken cancellationToken)
    {
        await _carrying.AssertCompletesAsync(cancellationToken);
        foreach (var node in Site.Nodes.Where(node => node != spoilt))
            Assert.Empty(WrongBlobs(node));
    }

    /// <summary>Files of complete blobs there that are not what their names say, or are missing.</summary>
    public IReadOnlyList<string> WrongBlobs(SiteNode node)
    {
        var wrong = Directory.EnumerateFiles(BlobsOf(node)).Where(static path => !IsRight(path)).ToList();
        wrong.AddRange(_carrying.Release.Layers.Select(static layer => layer.Digest.Hex).Where(hex => !HasBlob(node, hex)));
        return wrong;
    }

    /// <summary>Changes one byte in the middle of each layer on the disk of that node, behind the back of its agent.</summary>
    public void FlipBits(SiteNode node)
    {
        foreach (var layer in _carrying.Release.Layers)
        {
            using var file = File.OpenHandle(Path.Combine(BlobsOf(node), layer.Digest.Hex), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var one = new byte[1];
            RandomAccess.Read(file, one, layer.Size / 2);
            one[0] ^= 0x10;
            RandomAccess.Write(file, one, layer.Size / 2);
        }
    }

    /// <summary>The events that the supervisor has recorded: reason and message.</summary>
    public async Task<IReadOnlyList<(string Reason, string Message)>> EventsAsync(CancellationToken cancellationToken)
    {
        var list = await Site.Api.GetAsync("/api/v1/namespaces/default/events", cancellationToken);
        return [.. list!["items"]!.AsArray().Select(static item => ((string?)item!["reason"] ?? "", (string?)item["message"] ?? ""))];
    }

    /// <summary>How often a node was told to draw from another holder than before, which breaks off what is on its way.</summary>
    public int Moves() => Others.Sum(node => File.ReadLines(Path.Combine(Site.Folder.Root, "lab", node.Name, "agent.log")).Count(static line => line.Contains("Draws from node", StringComparison.Ordinal)) - 1);

    public async ValueTask DisposeAsync()
    {
        await _carrying.DisposeAsync();
        foreach (var link in _links.Values)
            await link.DisposeAsync();
    }

    // One part in fifty, and one megabyte: TLS and HTTP, inventory and manifests.
    private void AssertNothingTwice(long lacking, long carried, int breaks)
    {
        Assert.True(Carried >= Size * Others.Count, $"Only {Carried} bytes have crossed the links: they were gone round.");
        var most = lacking + (lacking / 50) + 1_000_000 + (breaks * LostByBreak);
        Assert.True(Carried - carried <= most, $"{Carried - carried} bytes have crossed the links; {lacking} were lacking, and with {breaks} broken draws {most} are explained.");
    }

    private static bool HasBlob(SiteNode node, string hex) => File.Exists(Path.Combine(BlobsOf(node), hex));

    private static string BlobsOf(SiteNode node) => Path.Combine(node.StatePath, "blobs", "sha256");

    private static bool IsRight(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file)) == Path.GetFileName(path);
    }
}
