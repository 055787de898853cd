using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;

namespace Handcarry.Streams.Tests.Creation;

/// <summary>Archives of one image, made by hand; those of podman are in the tests of the command line.</summary>
public sealed class ImageArchiveTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly List<(string Name, byte[] Bytes)> _entries = [];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void An_image_for_several_architectures_is_read_with_all_its_instances()
    {
        var list = List(Image("amd64", "1.2.3", "a layer"), Image("arm64", "1.2.3", "another"));
        Index(list);
        using var archive = Open();
        Assert.Equal((list.Digest, "1.2.3"), (archive.Manifest, archive.Version));
        // The list, and of each instance its manifest and its configuration.
        Assert.Equal(5, archive.Documents().Count());
        using var layer = new StreamReader(archive.OpenRead(Digest.Of("another"u8)));
        Assert.Equal("another", layer.ReadToEnd());
        Assert.False(archive.Has(Digest.Of("nothing"u8)));
    }

    [Fact]
    public void An_image_without_a_label_has_no_version()
    {
        Index(Image("amd64", null, "a layer"));
        using var archive = Open();
        Assert.Null(archive.Version);
    }

    [Fact]
    public void Instances_of_two_versions_are_no_image_of_one()
    {
        Index(List(Image("amd64", "1.2.3", "a layer"), Image("arm64", "1.2.4", "another")));
        Refused("1.2.3 and 1.2.4");
    }

    [Fact]
    public void An_archive_of_two_images_is_refused()
    {
        Index(Image("amd64", "1.2.3", "a layer"), Image("amd64", "1.2.3", "another"));
        Refused("several images");
    }

    [Fact]
    public void An_archive_that_is_no_layout_is_refused()
    {
        Image("amd64", "1.2.3", "a layer");
        Refused("index.json");
    }

    [Fact]
    public void A_configuration_that_is_not_there_or_is_another_is_told()
    {
        Index(Image("amd64", "1.2.3", "a layer"));
        var at = _entries.FindIndex(static entry => Encoding.UTF8.GetString(entry.Bytes).Contains("rootfs", StringComparison.Ordinal));
        var config = _entries[at];
        _entries[at] = (config.Name, [.. config.Bytes, (byte)' ']);
        Refused("is damaged");
        _entries.RemoveAt(at);
        Refused("it lacks");
    }

    [Fact]
    public void What_is_cut_off_is_refused()
    {
        Index(Image("amd64", "1.2.3", "a layer"));
        Write();
        using (var file = File.OpenWrite(_path))
            file.SetLength(700);
        Assert.Equal(Reasons.InvalidImage, Assert.Throws<ContentException>(() => ImageArchive.Open(_path)).Reason);
    }

    private void Refused(string why)
    {
        var refused = Assert.Throws<ContentException>(() => Open().Dispose());
        Assert.Equal(Reasons.InvalidImage, refused.Reason);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains(_path, refused.Message, StringComparison.Ordinal);
    }

    private ImageArchive Open()
    {
        Write();
        return ImageArchive.Open(_path);
    }

    private void Write()
    {
        using var writer = new TarWriter(File.Create(_path));
        foreach (var (name, bytes) in _entries)
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
    }

    private Descriptor Image(string architecture, string? version, string layer)
    {
        var labels = version is null ? [] : new Dictionary<string, string> { ["org.opencontainers.image.version"] = version };
        var config = Blob(MediaTypes.OciConfig, new { architecture, config = new { Labels = labels }, rootfs = new { diff_ids = new[] { Digest.Of(Encoding.UTF8.GetBytes(layer)).ToString() } } });
        return Blob(MediaTypes.OciManifest, new { schemaVersion = 2, mediaType = MediaTypes.OciManifest, config = Json(config), layers = new[] { Json(Blob(MediaTypes.OciLayer, Encoding.UTF8.GetBytes(layer))) } });
    }

    private Descriptor List(params Descriptor[] instances) =>
        Blob(MediaTypes.OciIndex, new { schemaVersion = 2, mediaType = MediaTypes.OciIndex, manifests = instances.Select(Json) });

    private void Index(params Descriptor[] images) =>
        _entries.Add(("index.json", JsonSerializer.SerializeToUtf8Bytes(new { schemaVersion = 2, manifests = images.Select(Json) })));

    private Descriptor Blob(string mediaType, object json) => Blob(mediaType, JsonSerializer.SerializeToUtf8Bytes(json));

    private Descriptor Blob(string mediaType, byte[] bytes)
    {
        var digest = Digest.Of(bytes);
        _entries.Add(($"blobs/sha256/{digest.Hex}", bytes));
        return new Descriptor(mediaType, digest, bytes.Length);
    }

    private static object Json(Descriptor blob) => new { mediaType = blob.MediaType, digest = blob.Digest.ToString(), size = blob.Size };
}
