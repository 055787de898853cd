using System.Globalization;
using Spectre.Console;

namespace Handcarry.Cli.Rendering;

/// <summary>On a terminal: the open stages stand at the bottom, a line each, and redraw themselves; what ended stays above them.</summary>
internal sealed class LiveStages(IAnsiConsole console) : IStageBoard
{
    private int _drawn;

    public TimeSpan Every { get; } = TimeSpan.FromMilliseconds(250);

    public void Show(IReadOnlyList<StageView> open)
    {
        var lines = open.Select(stage => Fit(StageText.Of(stage)));
        Replace(string.Concat(lines.Select(line => line + "\n")));
        _drawn = open.Count;
    }

    public void End(StageView stage) => Replace(StageText.Of(stage) + "\n");

    public void Note(string sentence) => Replace(sentence + "\n");

    // One write for all of it, so that nothing flickers: up to the first of the lines that were drawn, erase to the end of the screen (ECMA-48).
    private void Replace(string text)
    {
        var up = _drawn == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\e[{_drawn}A\e[J");
        console.Write(new ControlCode(up + text));
        _drawn = 0;
    }

    /// <summary>A line that wrapped would be two, and the cursor would come to stand in the wrong one.</summary>
    private string Fit(string line) => line.Length < console.Profile.Width ? line : line[..Math.Max(0, console.Profile.Width - 2)] + "…";
}
