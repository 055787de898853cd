using System.Security.Cryptography;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>Hashes files, given one after the other in pieces of any length: each by itself, and all of them together.</summary>
internal sealed class Sha256Sums(IReadOnlyList<string> paths, IReadOnlyList<long> lengths) : IDisposable
{
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash? _part = paths.Count > 1 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    private readonly List<Digest> _parts = [];
    private long _inPart;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _whole.AppendData(bytes);
        while (_part is not null && !bytes.IsEmpty)
        {
            var piece = bytes[..(int)Math.Min(bytes.Length, lengths[_parts.Count] - _inPart)];
            _part.AppendData(piece);
            _inPart += piece.Length;
            if (_inPart == lengths[_parts.Count])
            {
                _parts.Add(Digest.FromHash(_part.GetHashAndReset()));
                _inPart = 0;
            }
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Once all bytes have come, or all that there are.</summary>
    public Sha256File Complete()
    {
        while (_part is not null && _parts.Count < paths.Count)
            _parts.Add(Digest.FromHash(_part.GetHashAndReset()));
        var whole = Digest.FromHash(_whole.GetHashAndReset());
        return new Sha256File(
            Path.GetFileName(PartNames.BundleOf(paths[0])),
            whole,
            [.. paths.Select((path, i) => new FileSha256(Path.GetFileName(path), _part is null ? whole : _parts[i]))]);
    }

    public void Dispose()
    {
        _whole.Dispose();
        _part?.Dispose();
    }
}
