using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// One level of a structural schema (k8s.io/apiextensions-apiserver, pkg/apiserver/schema): what a field may hold. The same shape serves
/// custom resources (from their CRD) and built-in kinds (from the client's models).
/// </summary>
internal sealed record SchemaNode
{
    /// <summary>object, array, string, integer, number, boolean; empty for anything.</summary>
    public string Type { get; init; } = "";

    /// <summary>date-time, byte, int32, uri ...; for built-in kinds also micro-time and quantity.</summary>
    public string Format { get; init; } = "";

    public IReadOnlyDictionary<string, SchemaNode> Properties { get; init; } = new Dictionary<string, SchemaNode>();

    /// <summary>Schema of the values of a map; null when only <see cref="Properties"/> are known.</summary>
    public SchemaNode? AdditionalProperties { get; init; }

    public SchemaNode? Items { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public IReadOnlyList<JsonNode?> Enum { get; init; } = [];

    public bool Nullable { get; init; }

    public bool HasDefault { get; init; }

    public JsonNode? Default { get; init; }

    /// <summary>x-kubernetes-preserve-unknown-fields.</summary>
    public bool PreserveUnknown { get; init; }

    /// <summary>x-kubernetes-int-or-string.</summary>
    public bool IntOrString { get; init; }

    /// <summary>x-kubernetes-embedded-resource: apiVersion, kind and metadata are known there.</summary>
    public bool EmbeddedResource { get; init; }

    public double? Minimum { get; init; }

    public bool ExclusiveMinimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExclusiveMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public int? MinProperties { get; init; }

    public int? MaxProperties { get; init; }

    public Regex? Pattern { get; init; }

    /// <summary><see cref="Pattern"/> as the definition writes it.</summary>
    public string PatternText { get; init; } = "";

    public bool UniqueItems { get; init; }

    /// <summary>x-kubernetes-list-type: atomic, set or map.</summary>
    public string ListType { get; init; } = "";

    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary>x-kubernetes-map-type: atomic.</summary>
    public bool AtomicMap { get; init; }

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> OneOf { get; init; } = [];

    public SchemaNode? Not { get; init; }

    /// <summary>x-kubernetes-validations.</summary>
    public IReadOnlyList<SchemaRule> Rules { get; init; } = [];
}
