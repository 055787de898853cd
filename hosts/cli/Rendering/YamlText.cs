using System.Text.Json;
using YamlDotNet.Serialization;

namespace Handcarry.Cli.Rendering;

/// <summary>JSON as YAML, with the same names.</summary>
internal static class YamlText
{
    public static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new SerializerBuilder().WithQuotingNecessaryStrings().DisableAliases().Build().Serialize(Plain(document.RootElement) ?? "");
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(member => member.Name, member => Plain(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
