using System.Text;

namespace Handcarry.Cli.Rendering;

/// <summary>The screen as plain lines with aligned columns, for files and pipes.</summary>
internal static class PlainText
{
    public static string Of(StatusScreen screen)
    {
        var text = new StringBuilder();
        var label = screen.Facts.Max(fact => fact.Label.Length);
        foreach (var (name, value) in screen.Facts)
            text.Append(name.PadRight(label + 2)).Append(value).Append('\n');
        if (screen.Rows.Count == 0)
            return text.ToString();

        return text.Append('\n').Append(TextTable.Of(screen.Columns, screen.Rows)).ToString();
    }
}
