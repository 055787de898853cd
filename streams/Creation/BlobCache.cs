using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>Manifests, configurations and other small blobs in a folder, so that a run that goes on does not fetch them again.</summary>
internal sealed class BlobCache
{
    private readonly string _folder;

    public BlobCache(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
    }

    /// <summary>The bytes with this digest; null when they are not here, or damaged.</summary>
    public byte[]? Find(Digest digest)
    {
        try
        {
            var bytes = File.ReadAllBytes(PathOf(digest));
            return Digest.Of(bytes) == digest ? bytes : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Keeps bytes, and returns their digest.</summary>
    public Digest Add(ReadOnlySpan<byte> bytes)
    {
        var digest = Digest.Of(bytes);
        var temporary = $"{PathOf(digest)}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, PathOf(digest), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Of(e, temporary);
        }
        return digest;
    }

    private string PathOf(Digest digest) => Path.Combine(_folder, digest.Hex);
}
