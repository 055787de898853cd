using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Streams.Content;

namespace Handcarry.E2e.Tests.Loading;

/// <summary>
/// kill -9 of agents at each step of loading, three of them at once and each at another step, and one that is spared. Each comes back by itself, and in the end all four nodes are alike.
/// </summary>
[Collection(nameof(RealSites))]
[Trait("Time", "Long")]
public sealed class KilledInLoadingTests
{
    private const int Nodes = 4;
    private const long Size = 20_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [SkippableTheory]
    [InlineData("setting space aside", "writing", "syncing the file")]
    [InlineData("naming the blob", "mounting", "beginning the proof")]
    [InlineData("within the proof", "remembering the proof", "syncing what is remembered")]
    [InlineData("preparing the link", "exchanging the names", "syncing the exchange")]
    public async Task A_sealed_store_is_loaded_by_agents_that_are_killed_before(params string[] steps)
    {
        HasStrace();
        using var patience = new CancellationTokenSource(Patience);
        Digest store = default;
        await using var site = await CarryingSite.StartAsync(
            Size,
            async (folder, release, signer) =>
            {
                var bundle = await ReleaseBundle.SealAsync(release, signer.Signature, folder.Root, patience.Token);
                store = StoreOf(release);
                return bundle.Path;
            },
            patience.Token,
            new SiteOptions { Nodes = Nodes });
        var layers = await LayersAsync(site, store, patience.Token);

        await KillAndCompareAsync(site, steps, step => Sealed(step, store.Hex, layers), patience.Token);
    }

    [SkippableTheory]
    [InlineData("importing", "syncing the store", "exchanging the names")]
    public async Task Layers_are_loaded_by_agents_that_are_killed_before(params string[] steps)
    {
        HasStrace();
        using var patience = new CancellationTokenSource(Patience);
        await using var site = await CarryingSite.StartAsync(Size, patience.Token, new SiteOptions { Nodes = Nodes });

        await KillAndCompareAsync(site, steps, Layered, patience.Token);
    }

    [SkippableTheory]
    [InlineData("writing down what is pulled", "syncing what was pulled", "pinning")]
    public async Task Images_are_pulled_by_agents_that_are_killed_before(params string[] steps)
    {
        HasStrace();
        Skip.IfNot(NodeContainerd.IsPossible, "needs containerd, ctr, runc, unshare and nsenter");
        using var patience = new CancellationTokenSource(Patience);
        await using var nodes = new ContainerdNodes(Nodes);
        await using var site = await CarryingSite.StartAsync(Size, patience.Token, nodes.Options);

        await KillAndCompareAsync(site, steps, Pulled, patience.Token);

        foreach (var node in nodes.Nodes)
            Assert.Equal(await nodes[nodes.Nodes[0]].PinnedAsync(patience.Token), await nodes[node].PinnedAsync(patience.Token));
    }

    private static KillPoint Sealed(string step, string store, IReadOnlyList<string> layers)
    {
        KillPoint At(string calls, string path) => new(calls, node => $"{node.StatePath}/{path}");
        return step switch
        {
            "setting space aside" => At("fallocate", $"partial/{store}"),
            "writing" => At("pwrite64,pwritev", $"partial/{store}"),
            "syncing the file" => At("fsync", $"partial/{store}"),
            "naming the blob" => At("rename", $"partial/{store}"),
            "mounting" => At("mkdir", $"sealed/{store}"),
            "beginning the proof" => At("read,pread64", $"sealed/{store}/overlay-images/images.json"),
            "within the proof" => At("read,pread64", $"sealed/{store}/overlay-layers/{layers[layers.Count / 2]}"),
            "remembering the proof" => At("rename", $"sealed/{store}.proved.new"),
            "syncing what is remembered" => At("fsync", "sealed"),
            "preparing the link" => At("symlink", $"sealed/{store}.before"),
            "exchanging the names" => At("renameat2", "store"),
            "syncing the exchange" => new KillPoint("fsync", static node => node.StatePath),
            _ => throw new ArgumentException($"There is no step \"{step}\"."),
        };
    }

    private static KillPoint Layered(string step) => step switch
    {
        "importing" => new KillPoint("mkdir", static node => $"{node.StatePath}/staging"),
        "syncing the store" => new KillPoint("syncfs", null),
        "exchanging the names" => new KillPoint("renameat2", static node => node.StorePath),
        _ => throw new ArgumentException($"There is no step \"{step}\"."),
    };

    private static KillPoint Pulled(string step) => step switch
    {
        "writing down what is pulled" => new KillPoint("rename", static node => $"{node.StatePath}/pulls/journal.json.new"),
        "syncing what was pulled" => new KillPoint("syncfs", null),
        "pinning" => new KillPoint("rename", static node => $"{node.StatePath}/pinned.json.new"),
        _ => throw new ArgumentException($"There is no step \"{step}\"."),
    };

    private static async Task KillAndCompareAsync(CarryingSite site, string[] steps, Func<string, KillPoint> point, CancellationToken cancellationToken)
    {
        // The supervisor's agent is spared, and with it what would be waited for besides.
        var victims = site.Site.Nodes.Where(node => node != site.Supervisor).ToList();
        var killed = await Task.WhenAll(victims.Zip(steps, (node, step) => point(step).LieInWaitAsync(node, cancellationToken)));
        await site.InsertAsync(cancellationToken);
        foreach (var (wasKilled, step) in killed.Zip(steps))
            Assert.True(await wasKilled(), $"The agent came to its end before the step \"{step}\".");

        await site.AssertCompletesAsync(cancellationToken);

        var spared = NodeTree.Of(site.Supervisor);
        Assert.NotEmpty(spared);
        foreach (var node in victims)
            Assert.True(spared.SequenceEqual(NodeTree.Of(node)), $"{site.Supervisor.Name} and {node.Name} differ in {string.Join("; ", spared.Except(NodeTree.Of(node)).Concat(NodeTree.Of(node).Except(spared)))}");
    }

    // squashfs begins with these letters; the largest blob that does is the store.
    private static Digest StoreOf(MadeRelease release) => Directory.EnumerateFiles(Path.Combine(release.Blobs.Root, "blobs", "sha256"))
        .Where(static path => File.OpenRead(path) is var file && Begins(file))
        .Select(static path => Digest.TryParseHex(Path.GetFileName(path), out var digest) ? digest : default)
        .Single();

    private static bool Begins(FileStream file)
    {
        using (file)
        {
            var magic = new byte[4];
            return file.Read(magic) == magic.Length && magic.AsSpan().SequenceEqual("hsqs"u8);
        }
    }

    /// <summary>The records of the store's layers, in the order of their names.</summary>
    private static async Task<IReadOnlyList<string>> LayersAsync(CarryingSite site, Digest store, CancellationToken cancellationToken)
    {
        var list = await Tool.RunAsync("unsquashfs", ["-l", "-d", "", site.Release.Blobs.PathOf(store)], cancellationToken);
        return [.. list.Split('\n').Where(static line => line.EndsWith(".tar-split.gz", StringComparison.Ordinal)).Select(static line => Path.GetFileName(line)!).Order(StringComparer.Ordinal)];
    }

    private static void HasStrace()
    {
        Machine.HasWhatASiteNeeds();
        Skip.IfNot(KillPoint.IsPossible, "needs strace");
        Skip.IfNot(LoopMedium.IsPossible, "needs loop devices");
    }
}
