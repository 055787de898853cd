using System.Text.Json.Nodes;

namespace Handcarry.Deploy.Tests;

/// <summary>Short ways into JSON.</summary>
internal static class JsonReading
{
    /// <summary>The text at a member; empty when there is none.</summary>
    public static string Text(this JsonNode? node, string member) => node?[member]?.GetValue<string>() ?? "";

    /// <summary>The items at a member; none when there is no list.</summary>
    public static IEnumerable<JsonNode> List(this JsonNode? node, string member) => node?[member] is JsonArray items ? items.OfType<JsonNode>() : [];

    /// <summary>The texts of the list at a member.</summary>
    public static string[] Texts(this JsonNode? node, string member) => [.. node.List(member).Select(item => item.GetValue<string>())];
}
