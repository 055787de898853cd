using System.Text;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>Splits an expression into words, texts, numbers and signs.</summary>
internal static class CelLexer
{
    private static readonly string[] Signs =
        ["&&", "||", "==", "!=", "<=", ">=", "!", "<", ">", "?", ":", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%"];

    public static List<CelToken> Split(string text)
    {
        var tokens = new List<CelToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
                at++;
            else if (c is '\'' or '"')
                tokens.Add(new CelToken(CelTokenKind.Text, Quoted(text, ref at, raw: false)));
            else if (c is 'r' or 'R' && at + 1 < text.Length && text[at + 1] is '\'' or '"')
            {
                at++;
                tokens.Add(new CelToken(CelTokenKind.Text, Quoted(text, ref at, raw: true)));
            }
            else if (char.IsAsciiDigit(c))
                tokens.Add(new CelToken(CelTokenKind.Number, Take(text, ref at, x => char.IsAsciiDigit(x) || x == '.')));
            else if (char.IsAsciiLetter(c) || c == '_')
                tokens.Add(new CelToken(CelTokenKind.Word, Take(text, ref at, x => char.IsAsciiLetterOrDigit(x) || x == '_')));
            else
            {
                var rest = text[at..];
                var sign = Array.Find(Signs, s => rest.StartsWith(s, StringComparison.Ordinal))
                    ?? throw new FormatException($"CEL: \"{c}\" is not understood in: {text}");
                tokens.Add(new CelToken(CelTokenKind.Sign, sign));
                at += sign.Length;
            }
        }
        tokens.Add(new CelToken(CelTokenKind.End, ""));
        return tokens;
    }

    private static string Take(string text, ref int at, Func<char, bool> more)
    {
        var start = at;
        while (at < text.Length && more(text[at]))
            at++;
        return text[start..at];
    }

    private static string Quoted(string text, ref int at, bool raw)
    {
        var quote = text[at++];
        var said = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] != '\\' || raw)
            {
                said.Append(text[at++]);
                continue;
            }
            at++;
            if (at >= text.Length)
                break;
            said.Append(text[at] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' or '\'' or '"' or '`' or '?' => text[at],
                _ => throw new FormatException($"CEL: the escape \\{text[at]} is not understood in: {text}"),
            });
            at++;
        }
        if (at++ >= text.Length)
            throw new FormatException($"CEL: a text is not closed in: {text}");
        return said.ToString();
    }
}
