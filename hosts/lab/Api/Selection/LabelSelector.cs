using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Selection;

/// <summary>
/// <c>labelSelector</c>: requirements joined by commas, each <c>k=v</c>, <c>k==v</c>, <c>k!=v</c>, <c>k in (a,b)</c>, <c>k notin (a,b)</c>,
/// <c>k</c> or <c>!k</c> (k8s.io/apimachinery/pkg/labels/selector.go).
/// </summary>
internal sealed class LabelSelector
{
    private readonly List<Func<JsonObject, bool>> _requirements = [];

    private LabelSelector()
    {
    }

    /// <summary>Throws a 400 for what cannot be read.</summary>
    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (var requirement in Split(text ?? ""))
            selector._requirements.Add(Requirement(requirement.Trim(), text!));
        return selector;
    }

    public bool Matches(JsonObject candidate)
    {
        if (_requirements.Count == 0)
            return true;
        var labels = candidate["metadata"]?["labels"] as JsonObject ?? [];
        return _requirements.TrueForAll(requirement => requirement(labels));
    }

    private static Func<JsonObject, bool> Requirement(string text, string whole)
    {
        if (text.StartsWith('!'))
        {
            var absent = Key(text[1..].Trim(), whole);
            return labels => !labels.ContainsKey(absent);
        }
        if (SetBased(text, whole) is { } set)
            return set;
        foreach (var (sign, equal) in ((string, bool)[])[("!=", false), ("==", true), ("=", true)])
        {
            var at = text.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var key = Key(text[..at].Trim(), whole);
            var value = Value(text[(at + sign.Length)..].Trim(), whole);
            return equal
                ? labels => labels.ContainsKey(key) && labels.Text(key) == value
                : labels => !labels.ContainsKey(key) || labels.Text(key) != value;
        }
        var present = Key(text, whole);
        return labels => labels.ContainsKey(present);
    }

    private static Func<JsonObject, bool>? SetBased(string text, string whole)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return null;
        var words = text[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (!text.EndsWith(')') || words is not [var word, "in" or "notin"])
            throw Unreadable(whole, $"found '{text}', expected: in, notin, =, ==, !=");
        var key = Key(word, whole);
        var values = text[(open + 1)..^1].Split(',').Select(value => Value(value.Trim(), whole)).ToHashSet(StringComparer.Ordinal);
        return words[1] == "in"
            ? labels => labels.ContainsKey(key) && values.Contains(labels.Text(key) ?? "")
            : labels => !labels.ContainsKey(key) || !values.Contains(labels.Text(key) ?? "");
    }

    // Commas inside of brackets belong to a set.
    private static IEnumerable<string> Split(string text)
    {
        if (text.Trim().Length == 0)
            yield break;
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(')
                depth++;
            else if (text[i] == ')')
                depth--;
            else if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    private static string Key(string key, string whole) =>
        Names.QualifiedName(key) is { } why ? throw Unreadable(whole, $"key: Invalid value: \"{key}\": {why}") : key;

    private static string Value(string value, string whole) =>
        Names.LabelValue(value) is { } why ? throw Unreadable(whole, $"values[0]: Invalid value: \"{value}\": {why}") : value;

    private static ApiFailure Unreadable(string whole, string why) =>
        ApiFailure.BadRequest($"unable to parse requirement: {why} (in \"{whole}\")");
}
