using System.Text.Json;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>
/// A node of a parsed expression. Values are null, bool, long, double, string, <see cref="JsonObject"/>, a list of values and <see cref="CelOptional"/>.
/// </summary>
internal abstract class CelNode
{
    public abstract object? Evaluate(IReadOnlyDictionary<string, object?> scope);

    public static object? FromJson(JsonNode? node) => node switch
    {
        null => null,
        JsonObject => node,
        JsonArray array => array.Select(FromJson).ToArray(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => node.GetValue<string>(),
            _ => node.AsValue().TryGetValue<long>(out var whole) ? (object)whole : node.GetValue<double>(),
        },
    };

    protected static bool Same(object? left, object? right) => (left, right) switch
    {
        (JsonObject a, JsonObject b) => JsonNode.DeepEquals(a, b),
        (object?[] a, object?[] b) => a.Length == b.Length && a.Zip(b, Same).All(static same => same),
        (long a, double b) => a == b,
        (double a, long b) => a == b,
        _ => Equals(left, right),
    };

    protected static bool Truth(object? value) => value is bool truth ? truth : throw new CelException("no such overload");
}

internal sealed class CelLiteral(object? value) : CelNode
{
    public object? Value => value;

    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) => value;
}

internal sealed class CelName(string word) : CelNode
{
    public string Word => word;

    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) =>
        scope.TryGetValue(word, out var value) ? value : throw new CelException($"undeclared reference to '{word}'");
}

internal sealed class CelList(CelNode[] items) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) =>
        Array.ConvertAll(items, item => item.Evaluate(scope));
}

internal sealed class CelSelect(CelNode target, string name) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) => target.Evaluate(scope) switch
    {
        JsonObject members when members.TryGetPropertyValue(name, out var value) => FromJson(value),
        CelOptional optional => optional.Select(name),
        _ => throw new CelException($"no such key: {name}"),
    };

    public bool Present(IReadOnlyDictionary<string, object?> scope) =>
        target.Evaluate(scope) is JsonObject members && members.ContainsKey(name);
}

/// <summary><c>target.?name</c>: an optional, empty where the field is absent (Kubernetes 1.29 and later).</summary>
internal sealed class CelOptionalSelect(CelNode target, string name) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) =>
        (target.Evaluate(scope) is var value && value is CelOptional optional ? optional : new CelOptional(true, value)).Select(name);
}

internal sealed class CelHas(CelSelect select) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) => select.Present(scope);
}

internal sealed class CelIndex(CelNode target, CelNode index) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) =>
        (target.Evaluate(scope), index.Evaluate(scope)) switch
        {
            (object?[] list, long at) when at >= 0 && at < list.Length => list[at],
            (object?[], long at) => throw new CelException($"index out of bounds: {at}"),
            (JsonObject map, string key) when map.TryGetPropertyValue(key, out var value) => FromJson(value),
            (JsonObject, string key) => throw new CelException($"no such key: {key}"),
            _ => throw new CelException("no such overload"),
        };
}

internal sealed class CelNot(CelNode inner) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) => !Truth(inner.Evaluate(scope));
}

internal sealed class CelConditional(CelNode test, CelNode yes, CelNode no) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope) =>
        (Truth(test.Evaluate(scope)) ? yes : no).Evaluate(scope);
}

/// <summary>&amp;&amp; and ||: the deciding value on either side wins over an error on the other (CEL, "Logical Operators").</summary>
internal sealed class CelLogic(CelNode left, CelNode right, bool decides) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope)
    {
        bool first;
        try
        {
            first = Truth(left.Evaluate(scope));
        }
        catch (CelException)
        {
            if (Truth(right.Evaluate(scope)) == decides)
                return decides;
            throw;
        }
        return first == decides ? decides : Truth(right.Evaluate(scope));
    }
}

internal sealed class CelBinary(string sign, CelNode left, CelNode right) : CelNode
{
    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope)
    {
        var a = left.Evaluate(scope);
        var b = right.Evaluate(scope);
        return sign switch
        {
            "==" => Same(a, b),
            "!=" => !Same(a, b),
            "in" => b switch
            {
                object?[] list => Array.Exists(list, item => Same(item, a)),
                JsonObject map when a is string key => map.ContainsKey(key),
                _ => throw new CelException("no such overload"),
            },
            "<" => Compare(a, b) < 0,
            "<=" => Compare(a, b) <= 0,
            ">" => Compare(a, b) > 0,
            ">=" => Compare(a, b) >= 0,
            "+" when (a, b) is (string x, string y) => x + y,
            "+" when (a, b) is (object?[] x, object?[] y) => (object?[])[.. x, .. y],
            _ => Reckon(a, b),
        };
    }

    private static int Compare(object? a, object? b) => (a, b) switch
    {
        (string x, string y) => string.CompareOrdinal(x, y),
        (long x, long y) => x.CompareTo(y),
        (long or double, long or double) => Convert.ToDouble(a).CompareTo(Convert.ToDouble(b)),
        _ => throw new CelException("no such overload"),
    };

    private object Reckon(object? a, object? b) => (sign, a, b) switch
    {
        ("+", long x, long y) => (object)(x + y),
        ("-", long x, long y) => x - y,
        ("*", long x, long y) => x * y,
        ("/" or "%", long, 0L) => throw new CelException("division by zero"),
        ("/", long x, long y) => x / y,
        ("%", long x, long y) => x % y,
        ("+", double x, double y) => x + y,
        ("-", double x, double y) => x - y,
        ("*", double x, double y) => x * y,
        ("/", double x, double y) => x / y,
        _ => throw new CelException("no such overload"),
    };
}
