namespace Handcarry.Hosts.Node.Pins;

/// <summary>
/// Finds <c>pinned_images</c> of the table <c>crio.image</c> in a file of CRI-O: the part of TOML 1.0 that such files use, tables, keys with dots,
/// arrays of strings over several lines, comments. The rest of a file is passed over, not judged.
/// </summary>
internal static class PinnedImagesKey
{
    private const string Key = "crio.image.pinned_images";

    /// <summary>The list; null when the file does not set it.</summary>
    /// <exception cref="FormatException">The list cannot be understood; the message continues a sentence.</exception>
    public static IReadOnlyList<string>? Read(string toml)
    {
        var table = "";
        IReadOnlyList<string>? found = null;
        var rest = toml.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            var line = (end < 0 ? rest : rest[..end]).Trim();
            var next = end < 0 ? [] : rest[(end + 1)..];
            if (line.StartsWith("[["))
            {
                table = "[]";
            }
            else if (line.StartsWith("["))
            {
                var close = line.IndexOf(']');
                table = close > 0 ? Plain(line[1..close]) : throw new FormatException($"\"{line}\" is not the name of a table");
            }
            else if (!line.StartsWith("#") && line.IndexOf('=') is > 0 and var equals && Join(table, Plain(line[..equals])) == Key)
            {
                var value = rest[(rest.IndexOf('=') + 1)..];
                (found, var length) = ReadArray(value);
                next = value[length..];
            }
            rest = next;
        }
        return found;
    }

    private static string Join(string table, string key) => table.Length == 0 ? key : $"{table}.{key}";

    private static string Plain(ReadOnlySpan<char> name) =>
        string.Join('.', name.ToString().Split('.').Select(static part => part.Trim().Trim('"', '\'')));

    private static (List<string> Items, int Length) ReadArray(ReadOnlySpan<char> text)
    {
        var items = new List<string>();
        var opened = false;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '[' when !opened:
                    opened = true;
                    break;
                case ']' when opened:
                    return (items, at + 1);
                case '#':
                    at += text[at..].IndexOf('\n') is >= 0 and var line ? line : text.Length;
                    break;
                case '"' or '\'' when opened:
                    // Names of images have no quotes and no escapes.
                    var quote = text[at++];
                    var length = text[at..].IndexOfAny(quote, '\n');
                    if (length < 0 || text[at + length] == '\n' || (quote == '"' && text.Slice(at, length).Contains('\\')))
                        throw new FormatException("pinned_images has a text that is not the name of an image");
                    items.Add(text.Slice(at, length).ToString());
                    at += length;
                    break;
                case ' ' or '\t' or '\r' or '\n' or ',':
                    break;
                default:
                    throw new FormatException("pinned_images is not a list of texts");
            }
        }
        throw new FormatException("the list pinned_images does not end");
    }
}
