using System.Text;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>The records of a pax extended header, "length key=value\n" (POSIX pax, "pax Extended Header"), as Latin-1 text. Keys are read as Go's archive/tar reads them.</summary>
internal static class PaxRecords
{
    private const string AttributePrefix = "SCHILY.xattr.";

    public static Dictionary<string, string> Parse(ReadOnlySpan<byte> bytes)
    {
        var records = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!bytes.IsEmpty)
        {
            var space = bytes.IndexOf((byte)' ');
            if (space is < 1 or > 10
                || !System.Buffers.Text.Utf8Parser.TryParse(bytes[..space], out int length, out var digits) || digits != space
                || length <= space + 2 || length > bytes.Length || bytes[length - 1] != '\n')
                throw new LayerFormatException("a pax header of it is malformed");
            var record = bytes[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw new LayerFormatException("a pax header of it is malformed");
            records[Encoding.Latin1.GetString(record[..equals])] = Encoding.Latin1.GetString(record[(equals + 1)..]);
            bytes = bytes[length..];
        }
        return records;
    }

    /// <summary>The entry with what the records say instead of its header; an empty value leaves the header's.</summary>
    public static TarEntry Apply(Dictionary<string, string> records, TarEntry entry)
    {
        if (records.Keys.Any(static key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)))
            throw new LayerFormatException($"\"{StoreText.Show(entry.Name)}\" is a sparse file, which cannot be proved");
        var attributes = records
            .Where(static record => record.Key.StartsWith(AttributePrefix, StringComparison.Ordinal) && record.Value.Length > 0)
            .ToDictionary(static record => record.Key[AttributePrefix.Length..], static record => record.Value, StringComparer.Ordinal);
        return entry with
        {
            Name = Text("path") ?? entry.Name,
            Link = Text("linkpath") ?? entry.Link,
            Size = Number("size") ?? entry.Size,
            Owner = checked((uint?)Number("uid")) ?? entry.Owner,
            Group = checked((uint?)Number("gid")) ?? entry.Group,
            Attributes = attributes.Count > 0 ? attributes : TarEntry.NoAttributes,
        };

        string? Text(string key)
        {
            if (!records.TryGetValue(key, out var value) || value.Length == 0)
                return null;
            return value.Contains('\0', StringComparison.Ordinal) ? throw new LayerFormatException($"the pax header \"{key}\" of it has a zero byte") : value;
        }

        long? Number(string key)
        {
            if (Text(key) is not { } value)
                return null;
            return long.TryParse(value, System.Globalization.NumberStyles.None, null, out var number) && (key == "size" || number <= uint.MaxValue)
                ? number
                : throw new LayerFormatException($"the pax header \"{key}\" of it is \"{value}\"");
        }
    }
}
