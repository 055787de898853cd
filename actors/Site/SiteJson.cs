using System.Text.Json;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Site;

/// <summary>A view of the site as JSON, with the names that the wire has.</summary>
public static class SiteJson
{
    /// <summary>UTF-8 text: <c>at</c>, <c>current</c>, <c>line</c>, and <c>site</c>, which is a <see cref="StatusReply"/>.</summary>
    public static byte[] Of(SiteReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("at", reading.At);
            json.WriteBoolean("current", reading.Current);
            json.WriteString("line", reading.Reply.Summary is { } summary ? SiteLine.Of(summary) : "");
            json.WritePropertyName("site");
            JsonSerializer.Serialize(json, reading.Reply, WireJson.Default.StatusReply);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
