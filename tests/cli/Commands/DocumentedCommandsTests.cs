using System.Text.RegularExpressions;
using Handcarry.Cli.Commands;

namespace Handcarry.Cli.Tests.Commands;

/// <summary>Each command line that README and docs show is one that <c>handcarry</c> takes.</summary>
public sealed partial class DocumentedCommandsTests
{
    /// <summary>What begins as a command and is none: in certificates, and what engineers sign.</summary>
    private static readonly string[] Others = ["handcarry client", "handcarry bundle commitment v1"];

    private static IEnumerable<string> Pages => Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Every_command_in_a_block_can_be_given_as_it_is_there()
    {
        var lines = Pages.SelectMany(page => Blocks(File.ReadAllText(page)).Select(line => (Page: Path.GetFileName(page), Line: line))).ToList();
        Assert.True(lines.Count > 30, $"Only {lines.Count} command lines were found.");
        Assert.Equal([], lines.Select(one => (one.Page, one.Line, Errors: Errors(one.Line))).Where(one => one.Errors.Count > 0).Select(one => $"{one.Page}: {one.Line}: {string.Join(' ', one.Errors)}"));
    }

    [Fact]
    public void Every_command_within_a_sentence_is_one_that_there_is()
    {
        var spans = Pages.SelectMany(page => Span().Matches(File.ReadAllText(page)).Select(match => (Page: Path.GetFileName(page), Line: match.Groups[1].Value))).Where(one => !Others.Contains(one.Line)).ToList();
        Assert.True(spans.Count > 20, $"Only {spans.Count} commands were found.");
        // What is not said there, such as FILE, may be lacking.
        Assert.Equal([], spans.Select(one => (one.Page, one.Line, Errors: Errors(one.Line).Where(error => error.StartsWith("Unrecognized", StringComparison.Ordinal)).ToList()))
            .Where(one => one.Errors.Count > 0).Select(one => $"{one.Page}: {one.Line}: {string.Join(' ', one.Errors)}"));
    }

    private static IEnumerable<string> Blocks(string page)
    {
        var fenced = false;
        foreach (var line in page.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                fenced = !fenced;
            else if (fenced || line.StartsWith("    ", StringComparison.Ordinal))
            {
                foreach (var part in Comment().Replace(line, "").Split(["&&", " | ", ";"], StringSplitOptions.None).Select(part => part.Trim()))
                {
                    if (part.StartsWith("handcarry ", StringComparison.Ordinal))
                        yield return part;
                }
            }
        }
    }

    private static List<string> Errors(string line)
    {
        var words = Word().Matches(Redirection().Replace(line, "")).Select(match => match.Value.Trim('\'', '"')).Skip(1).Select(Example).ToArray();
        using var nowhere = new StringWriter();
        var parsed = new CommandLine(new Surroundings(nowhere, nowhere, false, new Dictionary<string, string>(), TimeProvider.System)).Parse(words);
        return [.. parsed.Errors.Select(error => error.Message)];
    }

    // node-1|node-2 stands for one of them, and [--dry-run] for what may be left out.
    private static string Example(string word) => word.Trim('[', ']').Split('|')[0];

    [GeneratedRegex("`(handcarry [^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"\s\d?>\s?\S+|\s<\s?\S+")]
    private static partial Regex Redirection();
}
