using System.Security.Cryptography;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Creation;

/// <summary>Counts and, when it is wanted, hashes what is written to it, at most so many bytes, and keeps none of it.</summary>
internal sealed class MeasuringStream(long most, bool hashed, CancellationToken ct) : Stream
{
    private readonly IncrementalHash? _hash = hashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>The digest of all of it, the default one when it was not hashed; ends the hash.</summary>
    public Digest Complete() => _hash is null ? default : Digest.FromHash(_hash.GetHashAndReset());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ct.ThrowIfCancellationRequested();
        if (_length > most - buffer.Length)
            throw new InvalidDataException($"it becomes longer than {most} bytes");
        _hash?.AppendData(buffer);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash?.Dispose();
        base.Dispose(disposing);
    }
}
