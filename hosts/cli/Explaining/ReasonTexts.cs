namespace Handcarry.Cli.Explaining;

/// <summary>The explanations of all reason words, from reasons.txt.</summary>
internal static class ReasonTexts
{
    /// <summary>In the order of the file, which is by matter.</summary>
    public static IReadOnlyList<ReasonText> All { get; } = Read();

    /// <summary>The explanation of a word, however it is capitalized; null when there is none.</summary>
    public static ReasonText? Find(string word) => All.FirstOrDefault(one => one.Word.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static List<ReasonText> Read()
    {
        using var text = new StreamReader(typeof(ReasonTexts).Assembly.GetManifestResourceStream("reasons.txt")!);
        var all = new List<ReasonText>();
        while (text.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#' && line.Split(" | ") is [var word, var meaning, var remedy])
                all.Add(new ReasonText(word, meaning, remedy));
        }
        return all;
    }
}
