using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Handcarry.Lab.Release;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Tests.Release;

public sealed class ReleaseMakerTests : IDisposable
{
    private static readonly ReleaseOptions Small = new() { Images = 6, Size = 16_000_000 };

    private readonly string _folder = Directory.CreateTempSubdirectory("hc-release-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_same_seed_gives_the_same_release_and_another_seed_another()
    {
        var first = Make(Small with { Size = 3_000_000 }, "a");
        var again = Make(Small with { Size = 3_000_000 }, "b");
        var other = Make(Small with { Size = 3_000_000, Seed = 2 }, "c");

        Assert.Equal(first.ReleaseImage.Name, again.ReleaseImage.Name);
        Assert.NotEqual(first.ReleaseImage.Name, other.ReleaseImage.Name);
    }

    [Fact]
    public void It_has_the_number_of_images_and_about_the_size_that_were_asked_for()
    {
        var release = Make(Small, "a");

        Assert.Equal(6, release.Images.Count);
        Assert.InRange(release.Layers.Sum(static layer => layer.Size), 14_500_000, 16_500_000);
        Assert.Contains(release.Layers, static layer => layer.Size > BlobSpec.ChunkSize);
    }

    [Fact]
    public void Every_blob_is_what_its_name_says_and_every_layer_unpacks_to_its_diff_id()
    {
        var release = Make(Small with { Size = 3_000_000 }, "a");

        foreach (var file in Directory.GetFiles(Path.Combine(_folder, "a", "blobs", "sha256")))
            Assert.Equal(Path.GetFileName(file), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        foreach (var layer in release.Layers)
        {
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(File.OpenRead(release.Blobs.PathOf(layer.Digest)), CompressionMode.Decompress))
                gzip.CopyTo(plain);
            Assert.Equal(layer.UnpackedSize, plain.Length);
            Assert.Equal(layer.DiffId, Digest.Of(plain.ToArray()));
        }
    }

    [Fact]
    public void The_last_layer_of_the_release_image_names_the_payload_by_digest_and_in_order()
    {
        var release = Make(Small with { Size = 3_000_000 }, "a");

        var files = LastLayer(release);
        Assert.Equal(["release-manifests/", "release-manifests/image-references", "release-manifests/release-metadata"], files.Select(static f => f.Name).Take(3));
        var references = JsonNode.Parse(files[1].Content)!;
        Assert.Equal("4.17.12", (string?)references["metadata"]!["name"]);
        var tags = references["spec"]!["tags"]!.AsArray();
        Assert.Equal(release.Payload.Select(static image => image.Tag), tags.Select(static tag => (string?)tag!["name"]));
        Assert.Equal(release.Payload.Select(static image => image.Name.ToString()), tags.Select(static tag => (string?)tag!["from"]!["name"]));
        Assert.All(tags, static tag => Assert.StartsWith("quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:", (string?)tag!["from"]!["name"], StringComparison.Ordinal));
        var metadata = JsonNode.Parse(files[2].Content)!;
        Assert.Equal(("cincinnati-metadata-v0", "4.17.12", "4.17.11"), ((string?)metadata["kind"], (string?)metadata["version"], (string?)metadata["previous"]![0]));
    }

    [Fact]
    public void Its_references_have_the_members_of_a_genuine_release()
    {
        var release = Make(Small with { Size = 3_000_000 }, "a");
        var made = JsonNode.Parse(LastLayer(release)[1].Content)!["spec"]!["tags"]![0]!.AsObject();

        Assert.Equal(["name", "annotations", "from", "generation", "importPolicy", "referencePolicy"], made.Select(static member => member.Key));
    }

    [Fact]
    public void Manifests_of_both_kinds_and_a_list_are_in_it_and_layers_are_shared_between_them()
    {
        var release = Make(Small with { Size = 3_000_000 }, "a");

        var kinds = release.Images.Select(static image => image.Manifest.MediaType).ToHashSet();
        Assert.Equal(3, kinds.Count);
        Assert.All(release.Images, image => Assert.Equal(release.ReleaseImage.Layers[0], image.Layers[0]));
        Assert.True(release.Images.Sum(static image => image.Layers.Count) > release.Layers.Count() + release.Images.Count);
    }

    [Theory]
    [InlineData(3, 60_000_000)]
    [InlineData(12, 1_000_000)]
    public void Options_that_cannot_make_a_release_are_refused_by_name(int images, long size) =>
        Assert.StartsWith("--", Assert.Throws<ArgumentException>(() => new ReleaseOptions { Images = images, Size = size }.Validated()).Message, StringComparison.Ordinal);

    private static List<(string Name, string Content)> LastLayer(MadeRelease release)
    {
        using var gzip = new GZipStream(File.OpenRead(release.Blobs.PathOf(release.ReleaseImage.Layers[^1].Digest)), CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        var files = new List<(string, string)>();
        while (tar.GetNextEntry() is { } entry)
            files.Add((entry.Name, entry.DataStream is { } data ? new StreamReader(data).ReadToEnd() : ""));
        return files;
    }

    private MadeRelease Make(ReleaseOptions options, string name) =>
        ReleaseMaker.Make(options, Path.Combine(_folder, name), new byte[100_000], CancellationToken.None);
}
