using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Handcarry.Hosts.OpenShift.Upgrades;
using k8s;
using k8s.Models;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>
/// The JSON of the few kinds that are read and written here, in the same form as <see cref="KubernetesJson"/> gives them. That one is not used
/// because its first use loads the type of every model of Kubernetes, some thousands, for good (docs/benchmarks.md, "Memory of an agent").
/// </summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(KubernetesJson.KubernetesDateTimeConverter)])]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(V1ConfigMap))]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(Corev1Event))]
[JsonSerializable(typeof(BundleUpgrade))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>As the type that <paramref name="value"/> really has.</summary>
    public static string Write(object value) => JsonSerializer.Serialize(value, Default.Options.GetTypeInfo(value.GetType()));

    /// <summary>Throws <see cref="JsonException"/> when <paramref name="text"/> is no such object.</summary>
    public static T? Read<T>(string text) where T : class => JsonSerializer.Deserialize(text, Of<T>());

    /// <inheritdoc cref="Read{T}(string)"/>
    public static T? Read<T>(JsonElement element) where T : class => element.Deserialize(Of<T>());

    private static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Default.Options.GetTypeInfo(typeof(T));
}
