using System.Text;

namespace Handcarry.Hosts.Node.Login;

/// <summary>
/// Lines in the form that agetty(8) reads, in which a backslash begins what is put in by agetty. Of what is told only letters, digits and punctuation that every console
/// has come through: no control characters, no backslash.
/// </summary>
public sealed class IssueText
{
    /// <summary>Letters a line has at most, the margin not counted: of 80 columns.</summary>
    public const int Width = 74;

    private const int MostLetters = 500;
    private const string Margin = "  ";

    private readonly string _text;

    /// <summary>Breaks <paramref name="told"/> into lines, behind sentences where that is possible.</summary>
    /// <param name="told">What is told.</param>
    /// <param name="urgent">Whether somebody has to do something.</param>
    public IssueText(string told, bool urgent)
    {
        ArgumentNullException.ThrowIfNull(told);
        var text = new StringBuilder("\n").Append(Margin).Append(urgent ? "\\e{red}" : "").Append("\\e{bold}\\e{reverse} HANDCARRY \\e{reset}\n\n");
        foreach (var line in Lines(Plain(told)))
            text.Append(Margin).Append("\\e{bold}").Append(line).Append("\\e{reset}\n");
        _text = text.Append('\n').ToString();
    }

    /// <summary>The content of the file.</summary>
    public override string ToString() => _text;

    private static string Plain(string told) =>
        string.Concat(told.Where(static letter => letter is (>= ' ' and <= '~' and not '\\') or (>= '\u00a1' and <= '\u00ff')).Take(MostLetters));

    private static IEnumerable<string> Lines(string told)
    {
        var line = new StringBuilder();
        foreach (var word in told.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && (line.Length + 1 + word.Length > Width || line[^1] is '.'))
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0)
                line.Append(' ');
            line.Append(word.AsSpan(0, Math.Min(word.Length, Width)));
        }
        if (line.Length > 0)
            yield return line.ToString();
    }
}
