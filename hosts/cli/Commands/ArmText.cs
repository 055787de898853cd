using System.Text;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary>What arming and disarming say to a person.</summary>
internal static class ArmText
{
    public static string Of(ArmingOutcome outcome, string nothing)
    {
        var text = new StringBuilder();
        foreach (var store in outcome.Withdrawn)
            text.Append($"withdrew {store}\n");
        foreach (var path in outcome.Made)
            text.Append($"changed  {path}\n");
        foreach (var left in outcome.Left)
            text.Append($"left     {left.Sentence}\n");
        if (outcome.Owed.Count > 0)
            text.Append($"{outcome.Waiting}\nStill to be done: {string.Join(", then ", outcome.Owed.Select(Of))}.\n");
        return text.Append(text.Length == 0 ? nothing + "\n" : "").ToString();
    }

    public static string Of(DryRun found)
    {
        var text = new StringBuilder($"runtime       {found.Runtime}\n");
        foreach (var path in found.Changes)
            text.Append($"would change  {path}\n");
        foreach (var service in found.Services)
            text.Append($"then          {Of(service)}\n");
        foreach (var refusal in found.Refusals)
            text.Append($"{refusal.Reason}: {refusal.Sentence}\n");
        return text.ToString();
    }

    private static string Of(ServiceAction action) => action.Kind switch
    {
        ServiceActionKind.ReadUnits => "systemctl daemon-reload",
        ServiceActionKind.Reload => $"systemctl reload {action.Unit}",
        _ => $"systemctl restart {action.Unit}",
    };
}
