using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Selection;

/// <summary>
/// <c>fieldSelector</c>: <c>f=v</c>, <c>f==v</c> and <c>f!=v</c> joined by commas; metadata.name, metadata.namespace (of namespaced
/// resources) and what the kind offers (k8s.io/apimachinery/pkg/fields/selector.go).
/// </summary>
internal sealed class FieldSelector
{
    private readonly List<(Func<JsonObject, string> Field, string Value, bool Equal)> _terms = [];

    private FieldSelector()
    {
    }

    /// <summary>Throws a 400 for what cannot be read and for fields that cannot be selected by.</summary>
    public static FieldSelector Parse(string? text, ResourceType type)
    {
        var selector = new FieldSelector();
        foreach (var term in (text ?? "").Split(',').Where(term => term.Length > 0))
        {
            var sign = Array.Find(["!=", "==", "="], sign => term.Contains(sign, StringComparison.Ordinal))
                ?? throw ApiFailure.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            var at = term.IndexOf(sign, StringComparison.Ordinal);
            selector._terms.Add((Field(term[..at], type), term[(at + sign.Length)..], sign != "!="));
        }
        return selector;
    }

    /// <summary>The one name a selector asks for; null when it asks for another thing.</summary>
    public static string? NameIn(string? text)
    {
        var terms = (text ?? "").Split(',').Where(static term => term.StartsWith("metadata.name=", StringComparison.Ordinal)).ToArray();
        return terms is [var only] ? only["metadata.name=".Length..].TrimStart('=') : null;
    }

    public bool Matches(JsonObject candidate) =>
        _terms.TrueForAll(term => term.Field(candidate) == term.Value == term.Equal);

    private static Func<JsonObject, string> Field(string name, ResourceType type) => name switch
    {
        "metadata.name" => static candidate => candidate.Text("metadata", "name") ?? "",
        "metadata.namespace" when type.Namespaced => static candidate => candidate.Text("metadata", "namespace") ?? "",
        _ when type.Rules.SelectableFields.TryGetValue(name, out var field) => field,
        _ => throw ApiFailure.BadRequest(type.IsCustom
            ? $"field label not supported: {name}"
            : $"\"{name}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""),
    };
}
