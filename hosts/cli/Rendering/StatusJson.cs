using System.Text.Json;
using Handcarry.Actors.Protocol;

namespace Handcarry.Cli.Rendering;

/// <summary>The answer as the agents gave it.</summary>
internal static class StatusJson
{
    private static readonly CliJson IndentedJson = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    public static string Indented(StatusReply reply) => JsonSerializer.Serialize(reply, IndentedJson.StatusReply);

    public static string Line(StatusReply reply) => JsonSerializer.Serialize(reply, CliJson.Default.StatusReply);
}
