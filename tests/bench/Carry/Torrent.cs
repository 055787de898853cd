using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Handcarry.Bench.Carry;

/// <summary>One file as BitTorrent knows it (BEP 3), and what a tracker says of those who share it.</summary>
internal static class Torrent
{
    /// <summary>Where every peer listens.</summary>
    public const int Port = 6881;

    private const int PieceSize = 1 << 20;

    /// <summary>Writes the metainfo of a file.</summary>
    public static void Write(string file, Uri tracker, string path)
    {
        using var output = File.Create(path);
        var name = Path.GetFileName(file);
        Put(output, $"d8:announce{Text(tracker.ToString())}4:infod6:lengthi{new FileInfo(file).Length}e4:name{Text(name)}12:piece lengthi{PieceSize}e6:pieces");
        var pieces = Pieces(file);
        Put(output, $"{pieces.Length}:");
        output.Write(pieces);
        Put(output, "ee");
    }

    /// <summary>Writes a tracker's answer that names all peers, compact (BEP 23).</summary>
    public static void WriteAnswer(IReadOnlyList<IPAddress> peers, string path)
    {
        using var output = File.Create(path);
        Put(output, $"d8:intervali5e5:peers{6 * peers.Count}:");
        foreach (var peer in peers)
            output.Write([.. peer.GetAddressBytes(), Port >> 8, Port & 255]);
        Put(output, "e");
    }

    // SHA-1 is the format's.
    private static byte[] Pieces(string file)
    {
        using var input = File.OpenRead(file);
        using var hashes = new MemoryStream();
        var piece = new byte[PieceSize];
        while (input.ReadAtLeast(piece, PieceSize, throwOnEndOfStream: false) is var count and > 0)
#pragma warning disable CA5350
            hashes.Write(SHA1.HashData(piece.AsSpan(0, count)));
#pragma warning restore CA5350
        return hashes.ToArray();
    }

    private static string Text(string text) => string.Create(CultureInfo.InvariantCulture, $"{text.Length}:{text}");

    private static void Put(Stream output, FormattableString text) => output.Write(Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture)));

    private static void Put(Stream output, string text) => output.Write(Encoding.ASCII.GetBytes(text));
}
