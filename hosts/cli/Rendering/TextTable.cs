using System.Text;

namespace Handcarry.Cli.Rendering;

/// <summary>Lines with aligned columns.</summary>
internal static class TextTable
{
    public static string Of(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        IReadOnlyList<IReadOnlyList<string>> lines = [columns, .. rows];
        var widths = Enumerable.Range(0, columns.Count).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
            text.Append(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        return text.ToString();
    }
}
