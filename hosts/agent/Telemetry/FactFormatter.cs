using System.Text.Json;
using Handcarry.Actors.Node;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Handcarry.Agent.Telemetry;

/// <summary>
/// Writes each message as one line of JSON, whatever is in it: <c>time</c>, <c>level</c>, <c>node</c>, <c>from</c>, <c>message</c>; <c>bundle</c> and <c>commitment</c> while the node works
/// on one; the fields that the message itself names, such as <c>reason</c>; <c>error</c> with the type and the trace of an exception (docs/configuration.md, "The log").
/// </summary>
/// <param name="node">This node's name.</param>
/// <param name="bundle">The bundle it works on now; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class FactFormatter(string node, Func<NodeTallied> bundle, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>By which it is chosen.</summary>
    public const string FormatterName = "handcarry-json";

    private static readonly JsonWriterOptions Written = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase) { "time", "level", "node", "from", "message", "bundle", "commitment", "error" };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Written))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().UtcDateTime);
            json.WriteString("level", logEntry.LogLevel.ToString());
            json.WriteString("node", node);
            json.WriteString("from", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (bundle().Bundle is { } facts)
            {
                json.WriteString("bundle", facts.Version);
                json.WriteString("commitment", facts.Commitment);
            }
            if (logEntry.State is IEnumerable<KeyValuePair<string, object?>> fields)
                WriteFields(json, fields);
            if (logEntry.Exception is { } error)
                json.WriteString("error", error.ToString());
            json.WriteEndObject();
        }
        textWriter.Write(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    // Fields with a name; those that are only numbered, and the template itself, are in the message. The first of a name holds.
    private static void WriteFields(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, object?>> fields)
    {
        var written = new HashSet<string>(Own, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in fields)
        {
            if (name.Length > 0 && char.IsAsciiLetter(name[0]) && written.Add(name))
                json.WriteString(JsonNamingPolicy.CamelCase.ConvertName(name), Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
