using System.Collections;
using System.Reflection;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>
/// Schemas of built-in kinds, taken from the Kubernetes client's models, less what came after Kubernetes 1.26: an agent must not come to rely on it.
/// </summary>
internal static class ModelSchema
{
    private static readonly HashSet<string> Newer =
    [
        "V1LeaseSpec.preferredHolder",
        "V1LeaseSpec.strategy",
        "V1NodeStatus.features",
        "V1NodeStatus.runtimeHandlers",
        "V1NodeStatus.declaredFeatures",
        "V1NodeSystemInfo.swap",
    ];

    // metav1.MicroTime; all other times are metav1.Time.
    private static readonly HashSet<string> MicroTimes =
        ["V1LeaseSpec.acquireTime", "V1LeaseSpec.renewTime", "Corev1Event.eventTime", "Corev1EventSeries.lastObservedTime"];

    // Marked x-kubernetes-map-type: atomic in the published OpenAPI.
    private static readonly HashSet<string> Atomic = ["V1ObjectReference", "V1OwnerReference", "V1LabelSelector", "V1ConfigMapNodeConfigSource"];

    /// <param name="mergeKeys">By path of a list: the member that names its items; empty for a set.</param>
    public static SchemaNode Of(Type model, IReadOnlyDictionary<string, string> mergeKeys) =>
        mergeKeys.Aggregate(Of(model), (schema, list) => Keyed(schema, list.Key.Split('.'), list.Value));

    public static SchemaNode Of(Type model) => new()
    {
        Type = "object",
        AtomicMap = Atomic.Contains(model.Name),
        Properties = model.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (property, name: property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name))
            .Where(pair => pair.name is not null && !Newer.Contains($"{model.Name}.{pair.name}"))
            .ToDictionary(pair => pair.name!, pair => OfValue(pair.property.PropertyType, $"{model.Name}.{pair.name}"), StringComparer.Ordinal),
    };

    private static SchemaNode Keyed(SchemaNode schema, ReadOnlySpan<string> path, string key)
    {
        if (path.Length == 0)
            return key.Length == 0 ? schema with { ListType = "set" } : schema with { ListType = "map", ListMapKeys = [key] };
        return schema with
        {
            Properties = new Dictionary<string, SchemaNode>(schema.Properties, StringComparer.Ordinal)
            {
                [path[0]] = Keyed(schema.Properties[path[0]], path[1..], key),
            },
        };
    }

    private static SchemaNode OfValue(Type type, string where)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return new SchemaNode { Type = "string" };
        if (type == typeof(bool))
            return new SchemaNode { Type = "boolean" };
        if (type == typeof(int))
            return new SchemaNode { Type = "integer", Format = "int32" };
        if (type == typeof(long))
            return new SchemaNode { Type = "integer", Format = "int64" };
        if (type == typeof(byte[]))
            return new SchemaNode { Type = "string", Format = "byte" };
        if (type == typeof(DateTime))
            return new SchemaNode { Type = "string", Format = MicroTimes.Contains(where) ? "micro-time" : "date-time" };
        if (type == typeof(ResourceQuantity))
            return new SchemaNode { Type = "string", Format = "quantity" };
        if (type == typeof(IntOrString))
            return new SchemaNode { IntOrString = true };
        if (type == typeof(object))
            return new SchemaNode { PreserveUnknown = true };
        if (type.IsGenericType && typeof(IDictionary).IsAssignableFrom(type) | type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
            return new SchemaNode { Type = "object", AdditionalProperties = OfValue(type.GetGenericArguments()[1], where) };
        return type.IsGenericType
            ? new SchemaNode { Type = "array", Items = OfValue(type.GetGenericArguments()[0], where) }
            : Of(type);
    }
}
