namespace Handcarry.Cli.Rendering;

/// <summary>Plain lines for files and pipes: of each stage one every ten seconds at most, and one at its end.</summary>
internal sealed class StageLines(TextWriter output) : IStageBoard
{
    private readonly Dictionary<string, TimeSpan> _told = new(StringComparer.Ordinal);

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(1);

    private static TimeSpan Rarely { get; } = TimeSpan.FromSeconds(10);

    public void Show(IReadOnlyList<StageView> open)
    {
        foreach (var stage in open)
        {
            if (stage.Elapsed - _told.GetValueOrDefault(stage.Name) < Rarely)
                continue;
            _told[stage.Name] = stage.Elapsed;
            output.WriteLine(StageText.Of(stage));
        }
    }

    public void End(StageView stage)
    {
        _told.Remove(stage.Name);
        output.WriteLine(StageText.Of(stage));
    }

    public void Note(string sentence) => output.WriteLine(sentence);
}
