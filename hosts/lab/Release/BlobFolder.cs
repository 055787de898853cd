using Handcarry.Streams.Content;

namespace Handcarry.Lab.Release;

/// <summary>The blobs of a release being made, each in a file under <c>blobs/sha256/</c> of an OCI image layout.</summary>
internal sealed class BlobFolder
{
    private readonly string _blobs;

    public BlobFolder(string root)
    {
        Root = root;
        _blobs = Path.Combine(root, "blobs", "sha256");
        Directory.CreateDirectory(_blobs);
        File.WriteAllText(Path.Combine(root, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    public string Root { get; }

    public string PathOf(Digest digest) => Path.Combine(_blobs, digest.Hex);

    public Digest Add(ReadOnlySpan<byte> bytes)
    {
        var digest = Digest.Of(bytes);
        File.WriteAllBytes(PathOf(digest), bytes);
        return digest;
    }

    public FileStream CreatePartial(out string path)
    {
        path = Path.Combine(_blobs, $".{Guid.NewGuid():N}");
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17);
    }

    public void Adopt(string partial, Digest digest) => File.Move(partial, PathOf(digest), overwrite: true);
}
