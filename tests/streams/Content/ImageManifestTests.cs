using System.Text;
using CsCheck;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Content;

public sealed class ImageManifestTests
{
    private static readonly string Blob = $$$"""{"mediaType":"{{{MediaTypes.OciLayerGzip}}}","digest":"{{{Digest.Of("x"u8)}}}","size":7}""";

    [Theory]
    [InlineData(MediaTypes.OciManifest)]
    [InlineData(MediaTypes.DockerManifest)]
    public void A_manifest_names_its_config_and_layers(string mediaType)
    {
        var manifest = ImageManifest.Parse(Utf8($$$"""{"schemaVersion":2,"mediaType":"{{{mediaType}}}","config":{{{Blob}}},"layers":[{{{Blob}}},{{{Blob}}}],"annotations":{"a":"b"}}"""));
        Assert.Equal(mediaType, manifest.MediaType);
        Assert.Equal(new Descriptor(MediaTypes.OciLayerGzip, Digest.Of("x"u8), 7), manifest.Config);
        Assert.Equal([manifest.Config, manifest.Config], manifest.Layers);
    }

    [Fact]
    public void An_OCI_manifest_need_not_say_that_it_is_one() =>
        Assert.Equal(MediaTypes.OciManifest, ImageManifest.Parse(Utf8($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[]}""")).MediaType);

    [Fact]
    public void An_index_names_its_manifests_and_their_platforms()
    {
        var index = ImageIndex.Parse(Utf8(
            $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.DockerManifestList}}}","manifests":[{{{Blob[..^1]}}},"platform":{"os":"linux","architecture":"arm64","variant":"v8"}},{{{Blob}}}]}"""));
        Assert.Equal(MediaTypes.DockerManifestList, index.MediaType);
        Assert.Equal([new Platform("linux", "arm64", "v8"), null], index.Manifests.Select(m => m.Platform));
    }

    public static TheoryData<string> WrongManifests =>
    [
        "",
        "null",
        "[]",
        "{}",
        $$"""{"schemaVersion":1,"config":{{Blob}},"layers":[]}""",
        $$"""{"schemaVersion":"2","config":{{Blob}},"layers":[]}""",
        $$"""{"schemaVersion":2,"layers":[]}""",
        $$$"""{"schemaVersion":2,"config":{{{Blob}}}}""",
        $$$"""{"schemaVersion":2,"config":{{{Blob}}},"layers":{}}""",
        $$"""{"schemaVersion":2,"config":{{Blob}},"layers":[null]}""",
        $$"""{"schemaVersion":2,"config":null,"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"manifests":[]}""",
        $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","config":{{Blob}},"layers":[]}""",
        $$"""{"schemaVersion":2,"mediaType":5,"config":{{Blob}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob.Replace("7", "-7", StringComparison.Ordinal)}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob.Replace("\"size\":7", "\"size\":7.5", StringComparison.Ordinal)}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob.Replace("\"size\":7", "\"size\":99999999999999999999", StringComparison.Ordinal)}},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob.Replace("sha256:", "sha512:", StringComparison.Ordinal)}},"layers":[]}""",
        $$$"""{"schemaVersion":2,"config":{"mediaType":"","digest":"{{{Digest.Of("x"u8)}}}","size":1},"layers":[]}""",
        $$$"""{"schemaVersion":2,"config":{"mediaType":"\ud800","digest":"{{{Digest.Of("x"u8)}}}","size":1},"layers":[]}""",
        $$"""{"schemaVersion":2,"config":{{Blob}},"layers":[{{string.Join(',', Enumerable.Repeat(Blob, 1025))}}]}""",
        $$"""{"schemaVersion":2,"config":{{Blob}},"layers":[]} trailing""",
        new string('[', 100_000),
        new string(' ', (4 << 20) + 1),
    ];

    [Theory]
    [MemberData(nameof(WrongManifests))]
    public void What_is_no_manifest_is_refused(string json)
    {
        Assert.Equal(Reasons.InvalidBundle, Assert.Throws<ContentException>(() => ImageManifest.Parse(Utf8(json))).Reason);
        Assert.Equal(Reasons.InvalidBundle, Assert.Throws<ContentException>(() => ImageIndex.Parse(Utf8(json))).Reason);
    }

    [Fact]
    public void A_manifest_is_no_index_and_an_index_is_no_manifest()
    {
        Assert.Throws<ContentException>(() => ImageIndex.Parse(Utf8($$"""{"schemaVersion":2,"config":{{Blob}},"layers":[],"manifests":[]}""")));
        Assert.Throws<ContentException>(() => ImageManifest.Parse(Utf8($$"""{"schemaVersion":2,"manifests":[{{Blob}}]}""")));
    }

    [Fact]
    public void Random_bytes_are_refused_in_one_way() => Gen.Byte.Array[0, 300].Sample(bytes =>
        Assert.Throws<ContentException>(() => ImageManifest.Parse(bytes)));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
