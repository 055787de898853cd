using System.Text;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Bundles;

/// <summary>
/// The file <c>upgrade-4.12.4-x86_64.tar.sha256</c> beside a bundle, as <c>sha256sum -c</c> reads it (GNU coreutils manual, "cksum common options"):
/// a line <c>&lt;hex&gt;  &lt;name&gt;</c> for the file or for each part; of parts also a comment with the digest of all of them together.
/// </summary>
/// <param name="Bundle">Name of the bundle, without folders and number of a part.</param>
/// <param name="Whole">Digest of all bytes.</param>
/// <param name="Files">The file alone, or the parts in order.</param>
public sealed record Sha256File(string Bundle, Digest Whole, IReadOnlyList<FileSha256> Files)
{
    private const int HexLength = 64;
    private const int MaxBytes = 1 << 20;
    private const string AllParts = " (cat of all parts)";

    /// <summary>Where it lies: beside the only file, or the parts.</summary>
    public static string PathOf(IReadOnlyList<string> paths) => PartNames.BundleOf(paths[0]) + ".sha256";

    /// <summary>Reads one; null when there is none.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidChecksums"/>; <see cref="Reasons.ReadFailed"/>.</exception>
    public static Sha256File? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            return new FileInfo(path).Length <= MaxBytes ? Parse(File.ReadAllText(path), path) : throw Invalid(path, $"it has more than {MaxBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentException(Reasons.ReadFailed, $"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads the text of one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Where it comes from, for the sentence of an error.</param>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidChecksums"/>.</exception>
    public static Sha256File Parse(string text, string path)
    {
        FileSha256? whole = null;
        var files = new List<FileSha256>();
        foreach (var line in text.Split('\n').Select(static line => line.TrimEnd('\r')).Where(static line => line.Length > 0))
        {
            if (line[0] != '#')
                files.Add(Line(line, path));
            else if (line.StartsWith("# ", StringComparison.Ordinal) && line.EndsWith(AllParts, StringComparison.Ordinal))
                whole = Line(line[2..^AllParts.Length], path);
        }
        return (files.Count, whole) switch
        {
            (1, null) => new Sha256File(files[0].Name, files[0].Digest, files),
            ( > 0, { } all) => new Sha256File(all.Name, all.Digest, files),
            _ => throw Invalid(path, "it names no file, or parts without the digest of all together"),
        };
    }

    /// <summary>Computes it, reading the file once.</summary>
    /// <param name="file">The bundle.</param>
    /// <param name="progress">Told the number of bytes since it was last told.</param>
    /// <param name="ct">Stops between two pieces of 1 MiB.</param>
    /// <exception cref="ContentException"><see cref="Reasons.ReadFailed"/>.</exception>
    public static Sha256File Of(PartedFile file, IProgress<long>? progress, CancellationToken ct)
    {
        using var sums = new Sha256Sums(file.Paths, file.Lengths);
        Append(file, 0, [sums], progress, ct);
        return sums.Complete();
    }

    /// <summary>Writes it, durably, in the place of one that is there.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.WriteFailed"/>.</exception>
    public void Write(string path) => DurableFile.Write(path, Encoding.UTF8.GetBytes(ToString()));

    /// <summary>Hashes all from <paramref name="at"/> on.</summary>
    internal static void Append(PartedFile file, long at, IReadOnlyList<Sha256Sums> sums, IProgress<long>? progress, CancellationToken ct)
    {
        var buffer = TransferBuffers.Pool.Rent(TransferBuffers.Largest);
        try
        {
            for (int read; (read = file.Read(buffer, at)) > 0; at += read)
            {
                ct.ThrowIfCancellationRequested();
                foreach (var sum in sums)
                    sum.Append(buffer.AsSpan(0, read));
                progress?.Report(read);
            }
            if (at != file.Length)
                throw new ContentException(Reasons.ReadFailed, $"{file.Paths[^1]} has become shorter while it was read.") { Offset = at };
        }
        finally
        {
            TransferBuffers.Pool.Return(buffer);
        }
    }

    /// <summary>The text of the file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var file in Files)
            text.Append(Line(file)).Append('\n');
        if (Files.Any(static file => PartNames.IsPart(file.Name)))
            text.Append("# ").Append(Line(new FileSha256(Bundle, Whole))).Append(AllParts).Append('\n');
        return text.ToString();
    }

    private static string Line(FileSha256 file) => $"{file.Digest.Hex}  {file.Name}";

    // Between digest and name stand a space and a mark of the mode, space or asterisk, which means nothing here. Folders could lead elsewhere.
    private static FileSha256 Line(string line, string path) =>
        line.Length > HexLength + 2 && line[HexLength] == ' ' && line[HexLength + 1] is ' ' or '*'
        && Digest.TryParseHex(line[..HexLength].ToLowerInvariant(), out var digest) && !line.AsSpan(HexLength + 2).ContainsAny('/', '\\')
            ? new FileSha256(line[(HexLength + 2)..], digest)
            : throw Invalid(path, $"\"{line}\" is not a digest and the name of a file");

    private static ContentException Invalid(string path, string why) =>
        new(Reasons.InvalidChecksums, $"{path} is no list of checksums of a bundle: {why}. Make it anew with sha256sum, or remove it.");
}
