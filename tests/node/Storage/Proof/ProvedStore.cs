using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Tests.Storage.Sealing;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

/// <summary>One sealed store for all tests of a class; each gets a copy of its own to spoil.</summary>
public sealed class ProvedStore : IDisposable
{
    private SealingSite? _site;
    private Task<string>? _unsealed;
    private int _copies;

    internal SealingSite Site => _site ??= new SealingSite();

    /// <summary>A copy of the store, writable.</summary>
    internal async Task<string> CopyAsync()
    {
        var original = await (_unsealed ??= UnsealAsync(Site));
        var copy = Site.At($"copy-{Interlocked.Increment(ref _copies)}");
        await Tool.RunAsync("cp", "-a", original, copy);
        return copy;
    }

    internal Task<StoreProof> ProveAsync(string store, StoreProofOptions? options = null) =>
        new SealedStoreProof(options ?? new StoreProofOptions()).RunAsync(new StoreView(store, OwnersKnown: true), Site.Images, null, default);

    /// <summary>The folder of the layer that has everything.</summary>
    internal string DiffOf(string store) => LayerOf(store, "bin/ping");

    /// <summary>The folder of a layer that has such a file.</summary>
    internal static string LayerOf(string store, string file) =>
        Directory.GetDirectories(Path.Combine(store, "overlay")).Select(static layer => Path.Combine(layer, "diff")).First(diff => File.Exists(Path.Combine(diff, file)));

    public void Dispose() => _site?.Dispose();

    private static async Task<string> UnsealAsync(SealingSite site)
    {
        var store = await site.SealAsync();
        await using var opened = await site.OpenAsync(store);
        await Tool.RunAsync("cp", "-a", opened.View.Path, site.At("unsealed"));
        return site.At("unsealed");
    }
}
