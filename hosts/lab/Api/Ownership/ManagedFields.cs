using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Ownership;

/// <summary>metadata.managedFields: which manager owns which fields, since when (k8s.io/apiserver, pkg/endpoints/handlers/fieldmanager).</summary>
internal sealed class ManagedFields
{
    private readonly Dictionary<FieldWriter, (FieldSet Fields, string Time)> _entries;

    private ManagedFields(Dictionary<FieldWriter, (FieldSet, string)> entries) => _entries = entries;

    public IEnumerable<FieldWriter> Writers => _entries.Keys;

    public static ManagedFields Of(JsonNode? list)
    {
        var entries = new Dictionary<FieldWriter, (FieldSet, string)>();
        foreach (var entry in list as JsonArray ?? [])
        {
            var applies = entry.Text("operation") == "Apply";
            var writer = new FieldWriter(entry.Text("manager") ?? "", applies, entry.Text("subresource") ?? "", entry.Text("apiVersion") ?? "");
            entries[writer] = (FieldSet.FromJson(entry?["fieldsV1"]), entry.Text("time") ?? "");
        }
        return new ManagedFields(entries);
    }

    /// <summary>Empty for a writer that owns nothing.</summary>
    public FieldSet this[FieldWriter writer] => _entries.TryGetValue(writer, out var entry) ? entry.Fields : FieldSet.Empty;

    /// <summary>Sets what a writer owns; it keeps its time unless that has changed.</summary>
    public void Set(FieldWriter writer, FieldSet fields, string now)
    {
        if (fields.IsEmpty)
            _entries.Remove(writer);
        else
            _entries[writer] = (fields, _entries.TryGetValue(writer, out var before) && before.Fields.Same(fields) ? before.Time : now);
    }

    /// <summary>Null when nobody owns anything.</summary>
    public JsonArray? ToJson() => _entries.Count == 0 ? null : [.. _entries
        .OrderByDescending(static entry => entry.Key.Applies)
        .ThenBy(static entry => entry.Value.Time, StringComparer.Ordinal)
        .ThenBy(static entry => entry.Key.Name, StringComparer.Ordinal)
        .ThenBy(static entry => entry.Key.Subresource, StringComparer.Ordinal)
        .Select(static entry => Entry(entry.Key, entry.Value.Fields, entry.Value.Time))];

    private static JsonObject Entry(FieldWriter writer, FieldSet fields, string time)
    {
        var entry = new JsonObject
        {
            ["manager"] = writer.Name,
            ["operation"] = writer.Applies ? "Apply" : "Update",
            ["apiVersion"] = writer.ApiVersion,
            ["time"] = time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = fields.ToJson(),
        };
        if (writer.Subresource.Length > 0)
            entry["subresource"] = writer.Subresource;
        return entry;
    }
}
