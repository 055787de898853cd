using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Tables;

/// <summary>
/// Objects as a meta.k8s.io/v1 Table, for clients that ask for <c>as=Table</c> (apiextensions-apiserver, pkg/registry/customresource/tableconvertor).
/// </summary>
internal static class TableForm
{
    public static JsonObject Of(ResourceType type, IEnumerable<JsonObject> rows, string version, DateTimeOffset now, string? next = null)
    {
        var table = new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = version },
            ["columnDefinitions"] = new JsonArray([.. type.Columns.Select(column => new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type,
                ["format"] = column == Column.Names ? "name" : "",
                ["description"] = "",
                ["priority"] = column.Priority,
            })]),
        };
        if (next is not null)
            table["metadata"]!["continue"] = next;
        table["rows"] = new JsonArray([.. rows.Select(row => new JsonObject
        {
            ["cells"] = new JsonArray([.. type.Columns.Select(column => column.Cell(row, now)?.DeepClone())]),
            ["object"] = new JsonObject
            {
                ["kind"] = "PartialObjectMetadata",
                ["apiVersion"] = "meta.k8s.io/v1",
                ["metadata"] = row["metadata"]!.DeepClone(),
            },
        })]);
        return table;
    }

    /// <summary>The columns of a custom resource: its name, then its definition's, or its age where that names none.</summary>
    public static IReadOnlyList<Column> Columns(JsonArray? printerColumns)
    {
        if (printerColumns is not { Count: > 0 })
            return [Column.Names, Column.Age];
        return [Column.Names, .. printerColumns.Select(Read)];
    }

    private static Column Read(JsonNode? column)
    {
        var type = column.Text("type") ?? "string";
        var find = SimpleJsonPath.Parse(column.Text("jsonPath") ?? "");
        return new Column(column.Text("name") ?? "", type, (int)(column.Number("priority") ?? 0), type == "date"
            ? (row, now) => find(row) is { } time ? Column.Since(time.Text(), now) : null
            : (row, _) => find(row));
    }
}
