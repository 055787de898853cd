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
        { "larger than", Valid() with { Blobs = [Manifest, Small, Large with { Size = long.MaxValue, Chunks = [] }] } },
        { "larger than", Valid() with { Blobs = [Manifest, Small with { Size = -1 }, Large] } },
        { "metadata.json announces", Valid() with { Blobs = [Manifest, Small with { Size = 19 }, Large] } },
        { "chunk", Valid() with { Blobs = [Manifest, Small, Large with { Chunks = [Digest.Of("1"u8)] }] } },
        { "chunk", Valid() with { Blobs = [Manifest, Small with { Chunks = [Digest.Of("1"u8)] }, Large] } },
        { "media type", Valid() with { Blobs = [Manifest with { MediaType = "" }, Small, Large] } },
        { "twice", Valid() with { Blobs = [Manifest, Small with { Digest = Metadata().Commitment }, Large] } },
        { "images", Valid() with { Images = [] } },
        { "not the one", Valid() with { Images = [Image with { Name = "x" }] } },
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
    public void Too_many_blobs_exceed_the_limit() => Assert.Equal(
        Reasons.LimitExceeded, Assert.Throws<ContentException>(() => Parse(Valid(), new BundleLimits { Blobs = 2 })).Reason);

    private static BundleInventory Parse(BundleInventory inventory, BundleLimits? limits = null) =>
        InventoryRules.Parse(JsonSerializer.SerializeToUtf8Bytes(inventory, BundleJson.Strict.BundleInventory), Metadata(), limits ?? new BundleLimits());

    private static BundleInventory Valid() => new() { Blobs = [Manifest, Small, Large], Images = [Image], Signatures = [1] };

    private static BundleMetadata Metadata() => new()
    {
        Format = 1,
        Version = "4.12.4",
        Arch = "x86_64",
        Size = Manifest.Size + Small.Size + Large.Size,
        UnpackedSize = 1,
        Release = Image.Name,
        Images = [Image.Name],
        Commitment = Digest.Of("inventory"u8),
        InventorySize = 1,
    };
}
