using System.Formats.Tar;
using System.Text.Json;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>
/// One image in an uncompressed tar with an OCI image layout (image-spec v1.1, image-layout.md), as <c>podman save --format oci-archive</c> writes it. Its blobs are
/// read where they lie in the file.
/// </summary>
public sealed class ImageArchive : IDisposable
{
    private const string VersionLabel = "org.opencontainers.image.version";
    private const string Blobs = "blobs/sha256/";
    private const int MostEntries = 10_000;
    // As ImageResolver: genuine configurations have up to some 50 KB.
    private const long MaxDocument = 8 << 20;

    private readonly PartedFile _file;
    private readonly Dictionary<Digest, (long Offset, long Length)> _places = [];

    private ImageArchive(PartedFile file, string path)
    {
        _file = file;
        Path = path;
        Manifest = Top(Index());
        Version = LabelledVersion();
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The image's manifest, or the list of its manifests.</summary>
    public Digest Manifest { get; }

    /// <summary>What the image's label <c>org.opencontainers.image.version</c> says, the same in all its configurations; null when it says nothing.</summary>
    public string? Version { get; }

    /// <summary>Opens one.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>: it cannot be read, or holds something else than one image.</exception>
    public static ImageArchive Open(string path)
    {
        PartedFile? file = null;
        try
        {
            file = PartedFile.Open([path]);
            return new ImageArchive(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            file?.Dispose();
            throw Invalid(path, e.Message, e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Whether it has this blob.</summary>
    public bool Has(Digest digest) => _places.ContainsKey(digest);

    /// <summary>Its manifests and configurations.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>: one is damaged or missing.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Documents()
    {
        var top = Read(Manifest);
        yield return top;
        var instances = MediaTypes.IsIndex(ManifestDocument.MediaTypeOf(top))
            ? ImageIndex.Parse(top).Manifests.Where(instance => Has(instance.Digest)).Select(instance => Read(instance.Digest)).ToList()
            : [top];
        foreach (var instance in instances)
        {
            yield return instance;
            yield return Read(ImageManifest.Parse(instance).Config.Digest);
        }
    }

    /// <summary>A manifest or configuration.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidImage"/>: it is damaged, missing, or larger than 8 MiB.</exception>
    public byte[] Read(Digest digest)
    {
        var bytes = Bytes(_places.TryGetValue(digest, out var place) ? place : throw Invalid(Path, $"it lacks {digest}"));
        return Digest.Of(bytes) == digest ? bytes : throw Invalid(Path, $"{digest} is damaged");
    }

    /// <summary>A blob, which the reader must hash; several may be read at the same time.</summary>
    public Stream OpenRead(Digest digest) => _file.OpenRead(_places[digest].Offset, _places[digest].Length);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Finds every blob, and gives back what index.json says.
    private byte[] Index()
    {
        byte[]? index = null;
        var entries = 0;
        using var reader = new TarReader(_file.OpenRead(0, _file.Length));
        while (reader.GetNextEntry() is { } entry)
        {
            if (++entries > MostEntries)
                throw Invalid(Path, $"it has more than {MostEntries} files");
            var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                continue;
            if (name == "index.json")
                index = Bytes((entry.DataOffset, entry.Length));
            else if (name.StartsWith(Blobs, StringComparison.Ordinal) && Digest.TryParseHex(name[Blobs.Length..], out var digest))
                _places[digest] = (entry.DataOffset, entry.Length);
        }
        return index ?? throw Invalid(Path, "it has no index.json");
    }

    private Digest Top(byte[] index) =>
        ImageIndex.Parse(index).Manifests is [var only] ? only.Digest : throw Invalid(Path, "it holds none or several images");

    private string? LabelledVersion()
    {
        var versions = Documents().Select(Label).OfType<string>().Distinct().ToList();
        return versions.Count < 2 ? versions.SingleOrDefault() : throw Invalid(Path, $"its instances are of versions {string.Join(" and ", versions)}");
    }

    // Only configurations have labels (image-spec v1.1, config.md); in a manifest, "config" is a descriptor.
    private static string? Label(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("config", out var config) && config.TryGetProperty("Labels", out var labels) && labels.ValueKind == JsonValueKind.Object
            && labels.TryGetProperty(VersionLabel, out var version) ? version.GetString() : null;
    }

    private byte[] Bytes((long Offset, long Length) place)
    {
        if (place.Length > MaxDocument)
            throw Invalid(Path, $"a manifest or configuration of {place.Length} bytes is none");
        var bytes = new byte[place.Length];
        using var part = _file.OpenRead(place.Offset, place.Length);
        part.ReadExactly(bytes);
        return bytes;
    }

    private static ContentException Invalid(string path, string why, Exception? inner = null) =>
        new(Reasons.InvalidImage, $"{path} is no archive of one image: {why.TrimEnd('.')}. ./run package makes one of the agent.", inner);
}
