using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Handcarry.Lab.Api.Tables;

/// <summary>
/// The JSONPath that printer columns use: members, indices and <c>[?(@.name=="value")]</c>. Gives the first value found.
/// </summary>
internal static partial class SimpleJsonPath
{
    /// <summary>Throws <see cref="FormatException"/> for a path of another kind.</summary>
    public static Func<JsonNode?, JsonNode?> Parse(string path)
    {
        var steps = new List<Func<JsonNode?, JsonNode?>>();
        var at = 0;
        while (at < path.Length)
        {
            if (Step().Match(path, at) is not { Success: true } match || match.Index != at)
                throw new FormatException($"The column path {path} is not understood.");
            steps.Add(StepOf(match));
            at += match.Length;
        }
        return node => steps.Aggregate(node, static (found, step) => step(found));
    }

    private static Func<JsonNode?, JsonNode?> StepOf(Match match)
    {
        if (match.Groups["member"] is { Success: true } member)
        {
            var key = member.Value.Replace("\\.", ".", StringComparison.Ordinal);
            return node => (node as JsonObject)?[key];
        }
        if (match.Groups["index"] is { Success: true } index)
            return node => node is JsonArray items && int.Parse(index.Value) < items.Count ? items[int.Parse(index.Value)] : null;
        var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value);
        return node => (node as JsonArray)?.FirstOrDefault(item => item.Text(name) == value);
    }

    [GeneratedRegex("""\.(?<member>[A-Za-z_]([A-Za-z0-9_/-]|\\\.)*)|\[(?<index>\d+)\]|\[\?\(@\.(?<name>[A-Za-z0-9_]+)==["'](?<value>[^"']*)["']\)\]""", RegexOptions.CultureInvariant)]
    private static partial Regex Step();
}
