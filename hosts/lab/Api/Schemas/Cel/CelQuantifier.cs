using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>The macros over the items of a list or the keys of a map: all, exists, exists_one, filter, map.</summary>
internal sealed class CelQuantifier(string macro, CelNode range, string variable, CelNode body) : CelNode
{
    public static IReadOnlySet<string> Macros { get; } = new HashSet<string>(StringComparer.Ordinal) { "all", "exists", "exists_one", "filter", "map" };

    public override object? Evaluate(IReadOnlyDictionary<string, object?> scope)
    {
        var items = range.Evaluate(scope) switch
        {
            object?[] list => list,
            JsonObject map => [.. map.Select(member => (object?)member.Key)],
            _ => throw new CelException("no such overload"),
        };
        var inner = new Dictionary<string, object?>(scope, StringComparer.Ordinal);
        object? Of(object? item)
        {
            inner[variable] = item;
            return body.Evaluate(inner);
        }
        return macro switch
        {
            "all" => Decide(items, Of, decides: false),
            "exists" => Decide(items, Of, decides: true),
            "exists_one" => items.Count(item => Truth(Of(item))) == 1,
            "filter" => items.Where(item => Truth(Of(item))).ToArray(),
            _ => items.Select(Of).ToArray(),
        };
    }

    // As with && and ||: an item that decides wins over items for which the condition cannot be worked out.
    private static bool Decide(object?[] items, Func<object?, object?> of, bool decides)
    {
        CelException? failure = null;
        foreach (var item in items)
        {
            try
            {
                if (Truth(of(item)) == decides)
                    return decides;
            }
            catch (CelException e)
            {
                failure = e;
            }
        }
        return failure is null ? !decides : throw failure;
    }
}
