using System.Formats.Tar;
using System.Text;
using Handcarry.Streams.Content;
using Handcarry.Streams.Releases;
using Handcarry.Streams.Tests.Signatures;

namespace Handcarry.Streams.Tests.Releases;

public sealed class ReleasePayloadTests
{
    private const string Image = "quay.io/openshift-release-dev/ocp-release@sha256:0";

    private const string Metadata = """{"kind":"cincinnati-metadata-v0","version":"4.17.1","previous":["4.17.0"],"metadata":{"io.openshift.upgrades.graph.release.channels":"fast-4.17,stable-4.17"}}""";

    [SkippableFact]
    public void A_genuine_release_is_understood()
    {
        var references = File.ReadAllBytes(Fixtures.Path("release-4.12.0-x86_64", "image-references"));
        var metadata = File.ReadAllBytes(Fixtures.Path("release-4.12.0-x86_64", "release-metadata"));
        var payload = ReleasePayload.Parse(references, metadata, Image);
        Assert.Equal("4.12.0", payload.Version);
        Assert.Equal(183, payload.Images.Count);
        Assert.Equal(21, payload.Previous.Count);
        Assert.Equal(
            ["machine-os-content", "rhel-coreos-8", "rhel-coreos-8-extensions"],
            payload.Images.Where(static image => image.IsOperatingSystem).Select(static image => image.Tag).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_is_read_out_of_the_layer()
    {
        var payload = ReleasePayload.Read(Layer(References("4.17.1", $"quay.io/a/b@{Digest.Of("x"u8)}"), Metadata), Image);
        Assert.Equal(("4.17.1", "etcd"), (payload.Version, Assert.Single(payload.Images).Tag));
        Assert.Equal(["fast-4.17", "stable-4.17"], payload.Channels);
        Assert.Equal(["4.17.0"], payload.Previous);
    }

    [Fact]
    public void References_by_tag_are_refused_and_all_of_them_named()
    {
        var references = References("4.17.1", "quay.io/a/b:latest", "quay.io/a/c:v1");
        var e = Assert.Throws<ContentException>(() => ReleasePayload.Read(Layer(references, Metadata), Image));
        Assert.Equal(Reasons.NotByDigest, e.Reason);
        Assert.Contains("quay.io/a/b:latest", e.Message, StringComparison.Ordinal);
        Assert.Contains("quay.io/a/c:v1", e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string?, string?> Others => new()
    {
        { "has no release-manifests/image-references", null, Metadata },
        { "has no release-manifests/release-metadata", References("4.17.1"), null },
        { "of version 4.17.2", References("4.17.2", $"quay.io/a/b@{Digest.Of("x"u8)}"), Metadata },
        { "names no images", References("4.17.1"), Metadata },
        { "not what it should be", "{", Metadata },
        { "not what it should be", "[]", Metadata },
        { "not of kind", "{}", Metadata },
        { "not of kind", References("4.17.1"), "{}" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Other_images_are_refused_with_what_is_wrong(string why, string? references, string? metadata)
    {
        var e = Assert.Throws<ContentException>(() => ReleasePayload.Read(Layer(references, metadata), Image));
        Assert.Equal(Reasons.NotARelease, e.Reason);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.Contains(Image, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_tar_is_no_release() =>
        Assert.Equal(Reasons.NotARelease, Assert.Throws<ContentException>(() => ReleasePayload.Read(new MemoryStream(Tests.Content.Blobs.Bytes(5000)), Image)).Reason);

    private static string References(string version, params string[] images)
    {
        var tags = images.Select(static image => $$$"""{"name":"etcd","from":{"kind":"DockerImage","name":"{{{image}}}"}}""");
        return $$$"""{"kind":"ImageStream","metadata":{"name":"{{{version}}}"},"spec":{"tags":[{{{string.Join(',', tags)}}}]}}""";
    }

    private static MemoryStream Layer(string? references, string? metadata)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            void Add(string name, string content) => tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            Add("etc/other", "x");
            if (references is not null)
                Add("release-manifests/image-references", references);
            if (metadata is not null)
                Add("release-manifests/release-metadata", metadata);
        }
        stream.Position = 0;
        return stream;
    }
}
