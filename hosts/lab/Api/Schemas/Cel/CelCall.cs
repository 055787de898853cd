using System.Globalization;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>
/// The functions that rules of this project's CRDs and of OpenShift's use (the CEL standard library, cel-go's ext/strings.go, and
/// k8s.io/apiserver/pkg/cel/library).
/// </summary>
internal sealed class CelCall : CelNode
{
    // With the numbers of arguments, the target counted, and the minor version of Kubernetes that has it first.
    private static readonly Dictionary<string, (int Least, int Most, int Since)> Known = new(StringComparer.Ordinal)
    {
        ["size"] = (1, 1, 25),
        ["string"] = (1, 1, 25),
        ["int"] = (1, 1, 25),
        ["startsWith"] = (2, 2, 25),
        ["endsWith"] = (2, 2, 25),
        ["contains"] = (2, 2, 25),
        ["matches"] = (2, 2, 25),
        ["split"] = (2, 3, 25),
        ["join"] = (1, 2, 25),
        ["replace"] = (3, 4, 25),
        ["lowerAscii"] = (1, 1, 25),
        ["upperAscii"] = (1, 1, 25),
        ["trim"] = (1, 1, 25),
        ["find"] = (2, 2, 25),
        ["findAll"] = (2, 3, 25),
        ["isURL"] = (1, 1, 25),
        ["hasValue"] = (1, 1, 29),
        ["orValue"] = (2, 2, 29),
        ["validate"] = (2, 2, 31),
    };

    private readonly string _name;
    private readonly CelNode[] _arguments;

    public CelCall(string name, CelNode[] arguments, string source)
    {
        if (!Known.TryGetValue(name, out var known) || arguments.Length < known.Least || arguments.Length > known.Most)
            throw new FormatException($"CEL: the function {name}() with {arguments.Length} arguments is not understood in: {source}");
        if (name is "matches" or "find" or "findAll" && arguments[1] is CelLiteral { Value: string pattern })
            _ = Re2.Compile(pattern);
        _name = name;
        _arguments = arguments;
        Since = known.Since;
    }

    /// <summary>The first minor version of Kubernetes 1 that has the function.</summary>
    public int Since { get; }

    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope)
    {
        var values = Array.ConvertAll(_arguments, argument => argument.Evaluate(scope));
        return (_name, values) switch
        {
            ("size", [string text]) => (long)text.EnumerateRunes().Count(),
            ("size", [object?[] list]) => (long)list.Length,
            ("size", [JsonObject map]) => (long)map.Count,
            ("string", [string text]) => text,
            ("string", [long number]) => number.ToString(CultureInfo.InvariantCulture),
            ("string", [bool truth]) => truth ? "true" : "false",
            ("int", [long number]) => number,
            ("int", [string text]) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new CelException("type conversion error from 'string' to 'int'"),
            ("hasValue", [CelOptional optional]) => optional.HasValue,
            ("orValue", [CelOptional optional, var instead]) => optional.HasValue ? optional.Value : instead,
            ("validate", [CelFormat format, string text]) => format.Validate(text),
            ("join", [object?[] list, ..]) => string.Join(values.Length == 2 ? Text(values[1]) : "", list.Select(Text)),
            (_, [string text, ..]) => OfText(text, values),
            _ => throw new CelException("no such overload"),
        };
    }

    private object OfText(string text, object?[] values) => (_name, values) switch
    {
        ("startsWith", [_, string part]) => text.StartsWith(part, StringComparison.Ordinal),
        ("endsWith", [_, string part]) => text.EndsWith(part, StringComparison.Ordinal),
        ("contains", [_, string part]) => text.Contains(part, StringComparison.Ordinal),
        ("matches", [_, string pattern]) => Compile(pattern).IsMatch(text),
        ("find", [_, string pattern]) => Compile(pattern).Match(text).Value,
        ("findAll", [_, string pattern]) => Found(text, pattern, -1),
        ("findAll", [_, string pattern, long limit]) => Found(text, pattern, limit),
        ("split", [_, string by]) => Split(text, by, -1),
        ("split", [_, string by, long limit]) => Split(text, by, limit),
        ("replace", [_, string old, string now]) => Replace(text, old, now, -1),
        ("replace", [_, string old, string now, long limit]) => Replace(text, old, now, limit),
        ("lowerAscii", [_]) => string.Create(text.Length, text, static (to, from) => System.Text.Ascii.ToLower(from, to, out _)),
        ("upperAscii", [_]) => string.Create(text.Length, text, static (to, from) => System.Text.Ascii.ToUpper(from, to, out _)),
        ("trim", [_]) => text.Trim(),
        ("isURL", [_]) => IsUrl(text),
        _ => throw new CelException("no such overload"),
    };

    private static object?[] Found(string text, string pattern, long limit)
    {
        var found = Compile(pattern).Matches(text).Select(match => (object?)match.Value);
        return [.. limit < 0 ? found : found.Take((int)Math.Min(limit, int.MaxValue))];
    }

    // strings.SplitN of Go.
    private static object?[] Split(string text, string by, long limit)
    {
        if (limit == 0)
            return [];
        var parts = by.Length > 0
            ? text.Split(by, limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue))
            : [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        return [.. parts];
    }

    private static string Replace(string text, string old, string now, long limit)
    {
        if (old.Length == 0)
            throw new CelException("replace: nothing to replace was given");
        var parts = text.Split(old, limit < 0 ? int.MaxValue : (int)Math.Min(limit + 1, int.MaxValue));
        return string.Join(now, parts);
    }

    // k8s.io/apiserver/pkg/cel/library/urls.go: an absolute URI or an absolute path.
    private static bool IsUrl(string text) =>
        text.StartsWith('/') || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase));

    private static string Text(object? value) => value as string ?? throw new CelException("no such overload");

    private static System.Text.RegularExpressions.Regex Compile(string pattern)
    {
        try
        {
            return Re2.Compile(pattern);
        }
        catch (FormatException failure)
        {
            throw new CelException(failure.Message);
        }
    }
}
