using System.Security.Cryptography;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Streams.Registry;

/// <summary>One blob that is being pushed. For one request at a time: <see cref="TryEnter"/>.</summary>
internal sealed class UploadSession(string id, string repository, string path, RegistryUploads uploads) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
    private int _entered;

    public string Id => id;

    public string Repository => repository;

    /// <summary>Bytes that have come.</summary>
    public long Offset { get; private set; }

    public DateTimeOffset LastUsed { get; set; }

    public bool TryEnter() => Interlocked.CompareExchange(ref _entered, 1, 0) == 0;

    public void Exit() => Volatile.Write(ref _entered, 0);

    /// <summary>Appends bytes.</summary>
    /// <exception cref="RegistryException">There is no room, here or on the disk.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        uploads.Reserve(bytes.Length);
        Offset += bytes.Length;
        try
        {
            RandomAccess.Write(_file, bytes, Offset - bytes.Length);
        }
        catch (IOException e)
        {
            throw new RegistryException(507, OciError.BlobUploadInvalid, $"This node cannot write what is pushed: {e.Message}");
        }

        _hash.AppendData(bytes);
    }

    /// <summary>The digest of all that has come.</summary>
    public Digest Digest() => Content.Digest.FromHash(_hash.GetCurrentHash());

    /// <summary>Reads what has come.</summary>
    public int Read(Span<byte> bytes, long offset) => RandomAccess.Read(_file, bytes, offset);

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
        File.Delete(path);
    }
}
