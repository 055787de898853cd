using System.Reflection;
using System.Text.RegularExpressions;
using Handcarry.Actors.Protocol;
using Handcarry.Cli.Explaining;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests.Explaining;

public sealed partial class ReasonTextsTests
{
    [Fact]
    public void Every_reason_word_of_the_code_is_explained()
    {
        var words = Constants().Concat(Literals()).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("NoSpace", words);
        Assert.Contains("AgentSilent", words);
        Assert.Contains("PoolPaused", words);
        Assert.True(words.Except(ReasonTexts.All.Select(one => one.Word)).Order(StringComparer.Ordinal).ToList() is { Count: 0 }, "hosts/cli/Explaining/reasons.txt lacks " + string.Join(", ", words.Except(ReasonTexts.All.Select(one => one.Word)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void Each_word_is_explained_once_and_by_words_of_the_code()
    {
        Assert.Equal([], ReasonTexts.All.GroupBy(one => one.Word).Where(group => group.Count() > 1).Select(group => group.Key));
        var code = string.Concat(Sources().Select(File.ReadAllText));
        Assert.Equal([], ReasonTexts.All.Select(one => one.Word).Where(word => !code.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_line_of_the_file_is_understood()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "hosts/cli/Explaining/reasons.txt")).Count(line => line.Length > 0 && line[0] != '#');
        Assert.Equal(lines, ReasonTexts.All.Count);
        Assert.All(ReasonTexts.All, one => Assert.True(one.Meaning.EndsWith('.') && one.Remedy.EndsWith('.'), one.Word));
    }

    /// <summary>The constants of all classes that are named for it.</summary>
    private static IEnumerable<string> Constants() =>
        new[] { typeof(Reasons).Assembly, typeof(SiteSummary).Assembly, typeof(DeviceReasons).Assembly }
            .SelectMany(assembly => assembly.GetTypes()).Where(type => type.Name.EndsWith("Reasons", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

    /// <summary>The words that are written where they are said: findings, remarks, events, turns of the phase.</summary>
    private static IEnumerable<string> Literals() =>
        Sources().SelectMany(file => Said().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Sources() => new[] { "actors", "streams", "cluster-config", "hosts/node", "hosts/openshift", "hosts/agent" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));

    [GeneratedRegex("""(?:new Finding\(|new Remark\(|new UpgradeEvent\((?:true|false), |Turn\(Phase\.\w+, |Troubled\(\s*Matter\.\w+,\s*|[Rr]eason(?: =|:) |const string Reason = |yield return \((?:true|false), |AskFailed\(|=> \(|\? \(|: \()\s*"([A-Z][a-z]+[A-Za-z]*)",? ?[\$"]?""")]
    private static partial Regex Said();
}
