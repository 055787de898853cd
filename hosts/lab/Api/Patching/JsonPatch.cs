using System.Globalization;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Patching;

/// <summary>RFC 6902.</summary>
internal static class JsonPatch
{
    /// <summary>More operations are refused (k8s.io/apiserver/pkg/endpoints/handlers/patch.go, maxJSONPatchOperations).</summary>
    public const int MaxOperations = 10_000;

    /// <summary>The document after all operations; neither argument is changed.</summary>
    /// <exception cref="FormatException">The patch is no JSON patch.</exception>
    /// <exception cref="PatchException">An operation does not apply.</exception>
    public static JsonNode? Apply(JsonNode? document, JsonNode? patch)
    {
        if (patch is not JsonArray operations)
            throw new FormatException("a JSON patch is an array of operations");
        var parsed = operations.Select(Parse).ToArray();
        var result = document?.DeepClone();
        foreach (var operation in parsed)
            result = operation(result);
        return result;
    }

    private static Func<JsonNode?, JsonNode?> Parse(JsonNode? node)
    {
        if (node is not JsonObject operation)
            throw new FormatException("an operation of a JSON patch is an object");
        var name = Member(operation, "op");
        var path = Pointer(operation, "path");
        switch (name)
        {
            case "add":
                var added = Value(operation);
                return document => Add(document, path, added?.DeepClone());
            case "remove":
                return document => Remove(document, path);
            case "replace":
                var replaced = Value(operation);
                return document => Replace(document, path, replaced?.DeepClone());
            case "move":
                var source = Pointer(operation, "from");
                return document => Move(document, source, path);
            case "copy":
                var original = Pointer(operation, "from");
                return document => Add(document, path, Get(document, original)?.DeepClone());
            case "test":
                var expected = Value(operation);
                return document => JsonNode.DeepEquals(Get(document, path), expected)
                    ? document
                    : throw new PatchException($"testing value /{string.Join('/', path)} failed");
            default:
                throw new FormatException($"\"{name}\" is no operation of a JSON patch");
        }
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
            return value;
        switch (Get(document, path[..^1]))
        {
            case JsonObject members:
                members[path[^1]] = value;
                break;
            case JsonArray items:
                items.Insert(path[^1] == "-" ? items.Count : Index(path[^1], items.Count), value);
                break;
            default:
                throw new PatchException($"add: nothing can be added at /{string.Join('/', path)}");
        }
        return document;
    }

    private static JsonNode? Remove(JsonNode? document, string[] path)
    {
        if (path.Length == 0)
            return null;
        switch (Get(document, path[..^1]))
        {
            case JsonObject members when members.Remove(path[^1]):
                break;
            case JsonArray items:
                items.RemoveAt(Index(path[^1], items.Count - 1));
                break;
            default:
                throw new PatchException($"remove: there is nothing at /{string.Join('/', path)}");
        }
        return document;
    }

    private static JsonNode? Replace(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
            return value;
        _ = Get(document, path);
        if (Get(document, path[..^1]) is JsonArray items)
            items[Index(path[^1], items.Count - 1)] = value;
        else
            ((JsonObject)Get(document, path[..^1])!)[path[^1]] = value;
        return document;
    }

    private static JsonNode? Move(JsonNode? document, string[] from, string[] path)
    {
        if (path.Length > from.Length && path.Take(from.Length).SequenceEqual(from))
            throw new PatchException("move: a value cannot be moved into itself");
        var value = Get(document, from)?.DeepClone();
        return Add(Remove(document, from), path, value);
    }

    private static JsonNode? Get(JsonNode? document, string[] path)
    {
        foreach (var token in path)
        {
            document = document switch
            {
                JsonObject members when members.TryGetPropertyValue(token, out var value) => value,
                JsonArray items => items[Index(token, items.Count - 1)],
                _ => throw new PatchException($"there is nothing at /{string.Join('/', path)}"),
            };
        }
        return document;
    }

    // RFC 6901, section 4: digits without leading zeros.
    private static int Index(string token, int max) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        && (token.Length == 1 || token[0] != '0') && index <= max
            ? index
            : throw new PatchException($"\"{token}\" is no index of an array that ends at {max}");

    private static string[] Pointer(JsonObject operation, string name)
    {
        try
        {
            return JsonPointer.Parse(Member(operation, name));
        }
        catch (PatchException failure)
        {
            throw new FormatException(failure.Message, failure);
        }
    }

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value) ? value : throw new FormatException("an operation of a JSON patch lacks its value");

    private static string Member(JsonObject operation, string name) =>
        operation.Text(name) ?? throw new FormatException($"an operation of a JSON patch lacks its {name}");
}
