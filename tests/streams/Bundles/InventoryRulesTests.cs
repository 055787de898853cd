using System.Text;
using System.Text.Json;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class InventoryRulesTests
{
    private static readonly InventoryBlob Manifest = new(MediaTypes.OciManifest, Digest.Of("m"u8), 10, []);
    private static readonly InventoryBlob Small = new(MediaTypes.OciLayerGzip, Digest.Of("s"u8), 20, []);
    private static readonly InventoryBlob Large = new(MediaTypes.OciLayerGzip, Digest.Of("l"u8), (4 << 20) + 1, [Digest.Of("1"u8), Digest.Of("2"u8)]);
    private static readonly InventoryImage Image = new($"quay.io/a/b@{Manifest.Digest}", 0, [0, 1, 2]);

    [Fact]
    public void A_right_one_is_taken() => Assert.Equal(3, Parse(Valid()).Blobs.Count);

    public static TheoryData<string, BundleInventory> Wrong => new()
    {
        { "twice", Valid() with { Blobs = [Manifest, Small, Small] } },
        { "impossible size", Valid() with { Blobs = [Manifest, Small, Large with { Size = long.MaxValue, Chunks = [] }] } },
        { "impossible size", Valid() with { Blobs = [Manifest, Small with { Size = -1 }, Large] } },
        { "\"size\" in metadata.json", Valid() with { Blobs = [Manifest, Small with { Size = 19 }, Large] } },
        { "\"version\" in metadata.json", Valid() with { Version = "4.12.5" } },
        { "\"arch\" in metadata.json", Valid() with { Arch = "aarch64" } },
        { "\"unpackedSize\" in metadata.json", Valid() with { UnpackedSize = 2 } },
        { "\"previous\" in metadata.json", Valid() with { Previous = [] } },
        { "\"channels\" in metadata.json", Valid() with { Channels = ["fast-4.12"] } },
        { "\"store\" in metadata.json", Valid() with { Store = StoreKind.Sealed } },
        { "version", Valid() with { Version = "four" } },
        { "sealed store", Valid() with { Store = StoreKind.Layers } },
        { "sealed store", Valid() with { SealedStore = null } },
        { "sealed store", Valid() with { SealedStore = 1 } },
        { "release", Valid() with { Release = 1 } },
        { "release", Valid() with { Extra = [0] } },
        { "ascending", Valid() with { Extra = [1] } },
        { "subject", Valid() with { Attachments = [new InventoryAttachment("x", 1, [1])] } },
        { "own manifest", Valid() with { Attachments = [new InventoryAttachment(Image.Name, 1, [2])] } },
        { "ascending", Valid() with { Attachments = [new InventoryAttachment(Image.Name, 1, [1, 3])] } },
        { "chunk", Valid() with { Blobs = [Manifest, Small, Large with { Chunks = [Digest.Of("1"u8)] }] } },
        { "chunk", Valid() with { Blobs = [Manifest, Small with { Chunks = [Digest.Of("1"u8)] }, Large] } },
        { "media type", Valid() with { Blobs = [Manifest with { MediaType = "" }, Small, Large] } },
        { "twice", Valid() with { Blobs = [Manifest, Small with { Digest = Metadata().Commitment }, Large] } },
        { "none of its images", Valid() with { Images = [] } },
        { "no name by digest", Valid() with { Images = [Image with { Name = "x" }] } },
        { "\"release\" in metadata.json", Valid() with { Images = [Image with { Name = $"quay.io/another/b@{Manifest.Digest}" }] } },
        { "ascending", Valid() with { Images = [Image with { Blobs = [0, 2, 1] }] } },
        { "ascending", Valid() with { Images = [Image with { Blobs = [0, 1, 1] }] } },
        { "ascending", Valid() with { Images = [Image with { Blobs = [-1, 0] }] } },
        { "ascending", Valid() with { Images = [Image with { Blobs = [0, 3] }] } },
        { "own manifest", Valid() with { Images = [Image with { Blobs = [1, 2] }] } },
        { "own manifest", Valid() with { Images = [Image with { Manifest = 7 }] } },
        { "another blob", Valid() with { Images = [Image with { Manifest = 1 }] } },
        { "signatures", Valid() with { Signatures = [3] } },
        { "signatures", Valid() with { Signatures = [1, 0] } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_one_is_refused_with_what_is_wrong(string why, BundleInventory inventory)
    {
        var e = Assert.Throws<ContentException>(() => Parse(inventory));
        Assert.Equal(Reasons.InvalidBundle, e.Reason);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"blobs\":[],\"images\":[],\"signatures\":[],\"more\":1}")]
    [InlineData("{\"blobs\":[],\"blobs\":[],\"images\":[]}")]
    [InlineData("{\"blobs\":[null],\"images\":[]}")]
    [InlineData("{\"blobs\":null,\"images\":[]}")]
    [InlineData("{\"blobs\":[{\"mediaType\":\"a\",\"digest\":5,\"size\":0,\"chunks\":[]}],\"images\":[]}")]
    [InlineData("{\"blobs\":[{\"mediaType\":null,\"digest\":\"\",\"size\":0,\"chunks\":[]}],\"images\":[]}")]
    [InlineData("{\"blobs\":[{\"mediaType\":\"a\",\"size\":0,\"chunks\":[]}],\"images\":[]}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void What_has_not_the_shape_is_refused(string json)
    {
        var e = Assert.Throws<ContentException>(() => InventoryRules.Parse(Encoding.UTF8.GetBytes(json), Metadata(), new BundleLimits()));
        Assert.Equal(Reasons.InvalidBundle, e.Reason);
    }

    [Fact]
    public void Too_many_blobs_or_images_exceed_the_limits()
    {
        foreach (var limits in new[] { new BundleLimits { Blobs = 2 }, new BundleLimits { Images = 0 } })
            Assert.Equal(Reasons.LimitExceeded, Assert.Throws<ContentException>(() => Parse(Valid(), limits)).Reason);
    }

    [Fact]
    public async Task One_that_lies_in_a_store_is_read_back_and_checked_by_itself()
    {
        using var folder = new Content.TempFolder();
        using var store = BlobStore.Open(folder.Sub("store"));
        var json = JsonSerializer.SerializeToUtf8Bytes(Valid(), BundleJson.Strict.BundleInventory);
        await Content.Blobs.StoreAsync(store, json);
        Assert.Equal(Valid().Blobs.Select(b => b.Digest), (await InventoryFile.ReadAsync(store, Digest.Of(json), new BundleLimits(), default)).Blobs.Select(b => b.Digest));

        async Task<string> ReasonAsync(Digest digest, BundleLimits limits) =>
            (await Assert.ThrowsAsync<ContentException>(() => InventoryFile.ReadAsync(store, digest, limits, default).AsTask())).Reason;
        Assert.Equal(Reasons.BlobUnknown, await ReasonAsync(Digest.Of("absent"u8), new BundleLimits()));
        Assert.Equal(Reasons.LimitExceeded, await ReasonAsync(Digest.Of(json), new BundleLimits { InventoryBytes = json.Length - 1 }));
        await Content.Blobs.StoreAsync(store, "{}"u8.ToArray());
        Assert.Equal(Reasons.InvalidBundle, await ReasonAsync(Digest.Of("{}"u8), new BundleLimits()));
    }

    private static BundleInventory Parse(BundleInventory inventory, BundleLimits? limits = null) =>
        InventoryRules.Parse(JsonSerializer.SerializeToUtf8Bytes(inventory, BundleJson.Strict.BundleInventory), Metadata(), limits ?? new BundleLimits());

    private static BundleInventory Valid() => new()
    {
        Version = "4.12.4",
        Arch = "x86_64",
        UnpackedSize = 1,
        Store = StoreKind.Both,
        Previous = ["4.12.3"],
        Channels = ["stable-4.12"],
        Blobs = [Manifest, Small, Large],
        Images = [Image],
        Release = 0,
        Extra = [],
        Signatures = [1],
        Attachments = [new InventoryAttachment(Image.Name, 1, [1])],
        SealedStore = 2,
    };

    private static BundleMetadata Metadata() => new()
    {
        Format = 1,
        Version = "4.12.4",
        Arch = "x86_64",
        Size = Manifest.Size + Small.Size + Large.Size,
        UnpackedSize = 1,
        Release = Image.Name,
        Store = StoreKind.Both,
        Previous = ["4.12.3"],
        Channels = ["stable-4.12"],
        Images = [Image.Name],
        Commitment = Digest.Of("inventory"u8),
        InventorySize = 1,
    };
}
