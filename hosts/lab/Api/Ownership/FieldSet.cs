using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Ownership;

/// <summary>
/// A set of fields of an object, as managedFields keep it. Elements of a path are written as FieldsV1 does
/// (sigs.k8s.io/structured-merge-diff, fieldpath/serialize-pe.go): <c>f:NAME</c> a member, <c>k:{...}</c> an item by its keys, <c>v:VALUE</c> an item
/// of a set. Sets are not changed once they are handed out.
/// </summary>
internal sealed class FieldSet
{
    public static FieldSet Empty { get; } = new();

    private readonly SortedSet<string> _members = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    public bool IsEmpty => _members.Count == 0 && _children.Values.All(static child => child.IsEmpty);

    /// <summary>The fields as paths, such as <c>.spec.parts[name="p"].weight</c>.</summary>
    public IEnumerable<string> Paths() => Paths("");

    public bool Has(string element) => _members.Contains(element);

    public FieldSet Below(string element) => _children.GetValueOrDefault(element, Empty);

    /// <summary>Only while a set is being built.</summary>
    public void Insert(ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
        {
            _members.Add(path[0]);
            return;
        }
        if (!_children.TryGetValue(path[0], out var child))
            _children[path[0]] = child = new FieldSet();
        child.Insert(path[1..]);
    }

    public FieldSet Union(FieldSet other)
    {
        var made = new FieldSet();
        made._members.UnionWith(_members);
        made._members.UnionWith(other._members);
        foreach (var element in _children.Keys.Union(other._children.Keys))
            made._children[element] = Below(element).Union(other.Below(element));
        return made;
    }

    public FieldSet Intersection(FieldSet other) => Combine(other, keepMember: (_, theirs) => theirs, static (mine, theirs) => mine.Intersection(theirs));

    public FieldSet Difference(FieldSet other) => Combine(other, keepMember: (_, theirs) => !theirs, static (mine, theirs) => mine.Difference(theirs));

    /// <summary>Without the fields of <paramref name="other"/> and all that lies below them.</summary>
    public FieldSet Without(FieldSet other)
    {
        var made = new FieldSet();
        made._members.UnionWith(_members.Where(element => !other.Has(element)));
        foreach (var (element, child) in _children)
        {
            if (!other.Has(element) && child.Without(other.Below(element)) is { IsEmpty: false } rest)
                made._children[element] = rest;
        }
        return made;
    }

    /// <summary>With every declared field that leads to a member as a member itself (fieldpath/set.go, EnsureNamedFieldsAreMembers).</summary>
    public FieldSet WithNamedFields(FieldShape shape)
    {
        var made = new FieldSet();
        made._members.UnionWith(_members);
        foreach (var (element, child) in _children)
        {
            if (shape.Declares(element))
                made._members.Add(element);
            made._children[element] = child.WithNamedFields(shape.Of(element));
        }
        return made;
    }

    public bool Same(FieldSet other) => Difference(other).IsEmpty && other.Difference(this).IsEmpty;

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var element in _members.Union(_children.Where(static child => !child.Value.IsEmpty).Select(static child => child.Key)).Order(StringComparer.Ordinal))
        {
            var inner = Below(element).ToJson();
            if (inner.Count > 0 && _members.Contains(element))
                inner.Insert(0, ".", new JsonObject());
            json[element] = inner;
        }
        return json;
    }

    /// <summary>The reverse of <see cref="ToJson"/>; what is malformed is left out.</summary>
    public static FieldSet FromJson(JsonNode? json)
    {
        var made = new FieldSet();
        foreach (var (element, value) in json as JsonObject ?? [])
        {
            if (element == "." || value is not JsonObject inner)
                continue;
            if (inner.Count == 0 || inner.ContainsKey("."))
                made._members.Add(element);
            if (FromJson(inner) is { IsEmpty: false } child)
                made._children[element] = child;
        }
        return made;
    }

    private FieldSet Combine(FieldSet other, Func<string, bool, bool> keepMember, Func<FieldSet, FieldSet, FieldSet> inner)
    {
        var made = new FieldSet();
        made._members.UnionWith(_members.Where(element => keepMember(element, other.Has(element))));
        foreach (var (element, child) in _children)
        {
            if (inner(child, other.Below(element)) is { IsEmpty: false } rest)
                made._children[element] = rest;
        }
        return made;
    }

    private IEnumerable<string> Paths(string before)
    {
        foreach (var element in _members.Union(_children.Keys).Order(StringComparer.Ordinal))
        {
            var path = before + PathOf(element);
            if (_members.Contains(element))
                yield return path;
            foreach (var inner in Below(element).Paths(path))
                yield return inner;
        }
    }

    // fieldpath/element.go, PathElement.String
    private static string PathOf(string element) => element[..2] switch
    {
        "f:" => "." + element[2..],
        "k:" => "[" + string.Join(",", ((JsonObject)JsonNode.Parse(element[2..])!).Select(key => $"{key.Key}={key.Value?.ToJsonString() ?? "null"}")) + "]",
        _ => $"[={element[2..]}]",
    };
}
