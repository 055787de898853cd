using System.Globalization;

namespace Handcarry.Streams.Registry;

/// <summary>A part of a blob: <paramref name="Length"/> bytes, one or more, from <paramref name="Start"/>.</summary>
internal readonly record struct ByteRange(long Start, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>The offset of the last byte.</summary>
    public long Last => Start + Length - 1;

    /// <summary>
    /// Reads a <c>Range</c> header against a blob of <paramref name="size"/> bytes (RFC 9110, section 14). False with no range: serve
    /// everything, as the RFC wants for other units, for what it calls malformed and, if the server likes, for several ranges.
    /// True with no range: the header is sound, but no byte of the blob is in it (416).
    /// </summary>
    public static bool TryRead(string? header, long size, out ByteRange? range)
    {
        range = null;
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
            return false;
        var text = header.AsSpan(Unit.Length).Trim(" \t");
        var dash = text.IndexOf('-');
        if (dash < 0)
            return false;
        var from = text[..dash];
        var to = text[(dash + 1)..];
        if (from.IsEmpty)
        {
            if (!TryReadNumber(to, out var suffix))
                return false;
            var length = Math.Min(suffix, size);
            range = length > 0 ? new ByteRange(size - length, length) : null;
            return true;
        }

        var last = long.MaxValue;
        if (!TryReadNumber(from, out var first) || (!to.IsEmpty && !TryReadNumber(to, out last)) || last < first)
            return false;
        range = first < size ? new ByteRange(first, Math.Min(last, size - 1) - first + 1) : null;
        return true;
    }

    /// <summary>The value of <c>Content-Range</c> for this part of a blob of <paramref name="size"/> bytes.</summary>
    public string ToContentRange(long size) => string.Create(CultureInfo.InvariantCulture, $"bytes {Start}-{Last}/{size}");

    /// <summary>Digits only; a number too large for any blob counts as the largest one, so that it is merely out of range.</summary>
    private static bool TryReadNumber(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number))
            number = long.MaxValue;
        return true;
    }
}
