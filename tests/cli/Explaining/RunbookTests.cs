using System.Text;
using Handcarry.Cli.Explaining;

namespace Handcarry.Cli.Tests.Explaining;

/// <summary>docs/runbook.md has the words of reasons.txt; <c>HANDCARRY_REWRITE=1</c> has this test write them there.</summary>
public sealed class RunbookTests
{
    private const string Beginning = "## Reason words\n\n";

    [Fact]
    public void The_runbook_says_what_explain_says()
    {
        var runbook = Path.Combine(Repository.Root, "docs/runbook.md");
        var text = File.ReadAllText(runbook);
        var upper = text[..(text.IndexOf(Beginning, StringComparison.Ordinal) + Beginning.Length)];
        var expected = upper + Words();
        if (Environment.GetEnvironmentVariable("HANDCARRY_REWRITE") == "1")
            File.WriteAllText(runbook, expected);
        Assert.True(expected == File.ReadAllText(runbook), "docs/runbook.md and hosts/cli/Explaining/reasons.txt differ: HANDCARRY_REWRITE=1 dotnet test tests/cli --filter RunbookTests mends that.");
    }

    private static string Words()
    {
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "hosts/cli/Explaining/reasons.txt")).Skip(1))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                text.Append($"{(text.Length > 0 ? "\n" : "")}### {line[2..]}\n\n| word | what it means | what to do |\n|---|---|---|\n");
            else if (ReasonTexts.Find(line.Split(" | ")[0]) is { } reason)
                text.Append($"| <a id=\"{reason.Word.ToLowerInvariant()}\"></a>`{reason.Word}` | {reason.Meaning} | {reason.Remedy} |\n");
        }

        return text.ToString();
    }
}
