using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol;

namespace Handcarry.Cli.Rendering;

/// <summary>What judging found, for people: each bundle, its findings with what to do, and what that comes to.</summary>
internal static class PreflightText
{
    public static string Of(Judgement judgement)
    {
        var text = new StringBuilder($"Cluster  {(judgement.ClusterVersion.Length > 0 ? judgement.ClusterVersion : "of unknown version")}, phase {judgement.Phase}, judged on {judgement.Supervisor}\n");
        if (judgement.Unknown.Length > 0)
            return text.Append(judgement.Unknown).Append(" Ask again later.\n").ToString();
        if (judgement.Bundles.Count == 0)
            text.Append("No agent reports a medium with a bundle.\n");
        foreach (var bundle in judgement.Bundles)
            Append(text, bundle);
        if (judgement.Omitted > 0)
            text.Append($"\n{judgement.Omitted} more findings had no room in the answer.\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, JudgedBundle bundle)
    {
        var where = bundle.Medium.Length > 0 ? $"{bundle.Medium} in {bundle.Node}" : "this file";
        text.Append(bundle.Version.Length > 0
            ? $"Bundle   {bundle.Version} {bundle.Arch}, {StatusScreen.ShortDigest(bundle.Commitment)}, {where}\n"
            : $"Medium   {where}\n");
        foreach (var finding in bundle.Findings)
            text.Append($"\n{Word(finding.Severity),-8} {finding.Reason}{(finding.Subject.Length > 0 ? $"  {finding.Subject}" : "")}\n         {finding.Sentence}\n");
        text.Append($"\n{Count(bundle.Refusals, "refusal")}, {Count(bundle.Warnings, "warning")}: ")
            .Append(bundle.Refusals > 0 ? "the site would not use it until the refusals are settled.\n" : "the site would use it.\n");
    }

    private static string Word(Severity severity) => severity switch
    {
        Severity.Refusal => "REFUSAL",
        Severity.Warning => "WARNING",
        _ => "INFO",
    };

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
