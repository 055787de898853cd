using Spectre.Console;
using Spectre.Console.Rendering;

namespace Handcarry.Cli.Rendering;

/// <summary>The screen in a terminal's full colours.</summary>
internal static class Terminal
{
    public static IAnsiConsole On(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });

    public static IRenderable Screen(StatusScreen screen)
    {
        var facts = new Grid().AddColumn().AddColumn();
        foreach (var (label, text) in screen.Facts)
            facts.AddRow(new Text(label, new Style(Color.Grey)), new Text(text, label == "Phase" ? new Style(decoration: Decoration.Bold) : Style.Plain));

        var nodes = new Table().Border(TableBorder.None);
        foreach (var column in screen.Columns)
            nodes.AddColumn(new TableColumn(new Text(column, new Style(Color.Grey))) { Padding = new Padding(0, 0, 2, 0) });
        foreach (var row in screen.Rows)
            nodes.AddRow(row.Select(cell => new Text(cell)));
        return new Rows(facts, Text.Empty, nodes);
    }
}
