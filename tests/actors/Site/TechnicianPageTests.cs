using System.Text.RegularExpressions;
using Handcarry.Actors.Site;
using Handcarry.Actors.Tests.Scenarios;

namespace Handcarry.Actors.Tests.Site;

/// <summary>docs/technician.md has every sentence that a technician may read on a screen.</summary>
public sealed partial class TechnicianPageTests
{
    public static TheoryData<string> Sentences => [.. Enum.GetValues<LineText>().Where(text => text is not (LineText.OneMinute or LineText.Hours)).Select(text => text.ToString())];

    [Theory]
    [MemberData(nameof(Sentences))]
    public void Each_sentence_is_explained(string text)
    {
        var sentence = LineTexts.In(SiteLine.English).Raw(Enum.Parse<LineText>(text))!;
        var pattern = string.Join(@"[\w.]+", Gap().Split(sentence).Select(Regex.Escape));
        Assert.Matches(pattern, File.ReadAllText(Path.Combine(ScenarioFile.RepositoryRoot(), "docs/technician.md")));
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Gap();
}
