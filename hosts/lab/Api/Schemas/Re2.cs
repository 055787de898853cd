using System.Text;
using System.Text.RegularExpressions;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// Patterns as Go's regexp reads them (RE2's syntax), which is what the API server matches with: no look-around, no back references; \d, \w and \s
/// are ASCII; $ is the very end of the text; [[:name:]] are POSIX classes.
/// </summary>
internal static class Re2
{
    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["digit"] = "0-9",
        ["lower"] = "a-z",
        ["upper"] = "A-Z",
        ["xdigit"] = "0-9A-Fa-f",
        ["space"] = @"\t\n\v\f\r ",
        ["word"] = "0-9A-Za-z_",
    };

    private static readonly Dictionary<char, string> Classes = new()
    {
        ['d'] = "0-9",
        ['w'] = "0-9A-Za-z_",
        ['s'] = @"\t\n\f\r ",
    };

    /// <summary>Throws <see cref="FormatException"/> for a pattern that Go would not compile.</summary>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(Translate(pattern), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"The pattern '{pattern}' is none of RE2: {failure.Message}", failure);
        }
    }

    private static string Translate(string pattern)
    {
        var said = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            var c = pattern[at];
            if (c == '\\')
                said.Append(Escape(pattern, ref at, inClass: false));
            else if (c == '[')
                at = Class(pattern, at, said);
            else if (c == '$')
                said.Append(@"\z");
            else if (pattern.AsSpan(at).StartsWith("(?P<"))
            {
                said.Append("(?<");
                at += 3;
            }
            else
                said.Append(c);
        }
        return said.ToString();
    }

    private static int Class(string pattern, int at, StringBuilder said)
    {
        said.Append(pattern[at++]);
        if (at < pattern.Length && pattern[at] == '^')
            said.Append(pattern[at++]);
        // A closing bracket that comes first is a member.
        for (var first = at; at < pattern.Length && (pattern[at] != ']' || at == first); at++)
        {
            var c = pattern[at];
            if (c == '\\')
                said.Append(Escape(pattern, ref at, inClass: true));
            else if (c == '[' && pattern.IndexOf(":]", at, StringComparison.Ordinal) is var end and > 0 && pattern[at + 1] == ':')
            {
                said.Append(Posix.TryGetValue(pattern[(at + 2)..end], out var members)
                    ? members
                    : throw new FormatException($"The pattern '{pattern}' is none of RE2: there is no class {pattern[at..(end + 2)]}."));
                at = end + 1;
            }
            else
                said.Append(c is '[' or ']' or '^' ? $"\\{c}" : c.ToString());
        }
        if (at >= pattern.Length)
            throw new FormatException($"The pattern '{pattern}' is none of RE2: a class is not closed.");
        said.Append(']');
        return at;
    }

    private static string Escape(string pattern, ref int at, bool inClass)
    {
        if (++at >= pattern.Length)
            throw new FormatException($"The pattern '{pattern}' is none of RE2: it ends in a backslash.");
        var c = pattern[at];
        if (Classes.TryGetValue(c, out var members))
            return inClass ? members : $"[{members}]";
        if (Classes.TryGetValue(char.ToLowerInvariant(c), out members))
        {
            return inClass
                ? throw new FormatException($"The pattern '{pattern}': the lab does not know \\{c} in a class.")
                : $"[^{members}]";
        }
        // Escapes that mean the same in both; all other letters and digits mean something in .NET alone, or nothing.
        if (c is 'A' or 'b' or 'B' or 'z' or 'n' or 'r' or 't' or 'f' or 'v' || !char.IsAsciiLetterOrDigit(c))
            return $"\\{c}";
        throw new FormatException($"The pattern '{pattern}' is none of RE2: \\{c} is not understood.");
    }
}
