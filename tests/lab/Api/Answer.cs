using System.Text.Json.Nodes;

namespace Handcarry.Lab.Tests.Api;

/// <summary>An answer of the API server.</summary>
internal sealed record Answer(int Code, string Text, IReadOnlyList<string> Warnings)
{
    public JsonObject Json => (JsonObject)JsonNode.Parse(Text)!;

    public JsonNode? this[params string[] path] =>
        path.Aggregate((JsonNode?)Json, static (node, name) => int.TryParse(name, out var index) ? node?[index] : node?[name]);

    public string? Reason => this["reason"]?.GetValue<string>();

    public string? Message => this["message"]?.GetValue<string>();

    public string Version => this["metadata", "resourceVersion"]!.GetValue<string>();

    /// <summary>The fields of the causes, in order.</summary>
    public string[] CauseFields => [.. (this["details", "causes"] as JsonArray ?? []).Select(cause => cause!["field"]!.GetValue<string>())];

    public Answer Expect(int code) => Code == code ? this : throw new Xunit.Sdk.XunitException($"Expected {code}, got {Code}: {Text}");
}
