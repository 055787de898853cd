using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Tables;

/// <summary>A column of the table that <c>kubectl get</c> prints.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">string, integer, boolean or date.</param>
/// <param name="Priority">0 is always shown, more only in wide output.</param>
/// <param name="Cell">What stands there for an object, at a time.</param>
internal sealed record Column(string Name, string Type, int Priority, Func<JsonObject, DateTimeOffset, JsonNode?> Cell)
{
    /// <summary>The column of names, first in every table.</summary>
    public static Column Names { get; } = new("Name", "string", 0, static (row, _) => row.Text("metadata", "name"));

    /// <summary>How long ago the object was created.</summary>
    public static Column Age { get; } = new("Age", "string", 0, static (row, now) => Since(row.Text("metadata", "creationTimestamp"), now));

    /// <summary>The text at a path.</summary>
    public static Column Of(string name, int priority, params string[] path) =>
        new(name, "string", priority, (row, _) => row.Text(path) ?? "");

    /// <summary>How long ago a time was, as k8s.io/apimachinery/pkg/util/duration writes it.</summary>
    public static string Since(string? time, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(time, out var then))
            return "<unknown>";
        var span = now - then;
        if (span < TimeSpan.Zero)
            return span > TimeSpan.FromSeconds(-2) ? "0s" : "<invalid>";
        return span switch
        {
            { TotalMinutes: < 2 } => $"{(int)span.TotalSeconds}s",
            { TotalMinutes: < 10 } => Two(span.Minutes, "m", span.Seconds, "s"),
            { TotalHours: < 3 } => $"{(int)span.TotalMinutes}m",
            { TotalHours: < 8 } => Two((int)span.TotalHours, "h", span.Minutes, "m"),
            { TotalHours: < 48 } => $"{(int)span.TotalHours}h",
            { TotalDays: < 8 } => Two(span.Days, "d", span.Hours, "h"),
            _ => $"{span.Days}d",
        };
    }

    private static string Two(int large, string largeUnit, int small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
