using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Ownership;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Storage;

namespace Handcarry.Lab.Api;

/// <summary>
/// The API server's objects, for the lab to seed and to read without a client. What is put in passes the same checks as a request; failures surface as
/// <see cref="InvalidOperationException"/> with the server's message.
/// </summary>
public sealed class ObjectStore
{
    private readonly ResourceRegistry _registry;
    private readonly VersionedStore _store;
    private readonly ObjectWriter _writer;

    internal ObjectStore(ResourceRegistry registry, VersionedStore store, ObjectWriter writer)
    {
        _registry = registry;
        _store = store;
        _writer = writer;
    }

    /// <summary>The version of the newest write.</summary>
    public long ResourceVersion => _store.Version;

    /// <summary>A copy of an object, or null. <paramref name="space"/> is empty for cluster-scoped kinds.</summary>
    public JsonObject? Find(string apiVersion, string kind, string space, string name) =>
        (JsonObject?)_store.Find(TypeOf(apiVersion, kind), new ObjectKey(space, name))?.Json.DeepClone();

    /// <summary>Copies of all objects of a kind, of one namespace unless <paramref name="space"/> is empty.</summary>
    public IReadOnlyList<JsonObject> List(string apiVersion, string kind, string space = "") =>
        [.. _store.List(TypeOf(apiVersion, kind), space).Objects.Select(stored => (JsonObject)stored.Json.DeepClone())];

    /// <summary>
    /// Creates the object, or replaces it whatever its version, status included. Fields its schema does not know are refused: a seed that would be pruned is a mistake.
    /// </summary>
    /// <returns>A copy of what is stored.</returns>
    public JsonObject Put(JsonObject wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var type = TypeOf(wanted.Text("apiVersion") ?? "", wanted.Text("kind") ?? "");
        var strict = new List<string>();
        try
        {
            var decoded = ObjectDecoder.Decode(wanted, type, strict);
            if (strict.Count > 0)
                throw new InvalidOperationException($"{type.Kind}: {string.Join(", ", strict)}");
            return Store(type, decoded);
        }
        catch (Exception failure) when (failure is Errors.ApiFailure or FormatException)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }
    }

    /// <summary>As <see cref="Put(JsonObject)"/>, for each document of a YAML text.</summary>
    public void PutYaml(string yaml)
    {
        foreach (var document in YamlJson.ReadAll(yaml))
            Put((JsonObject)document);
    }

    /// <summary>Removes an object; false when there is none.</summary>
    public bool Remove(string apiVersion, string kind, string space, string name)
    {
        var type = TypeOf(apiVersion, kind);
        var key = new ObjectKey(space, name);
        if (_store.Find(type, key) is null)
            return false;
        _writer.Delete(type, key, null, null, dryRun: false);
        return true;
    }

    private JsonObject Store(ResourceType type, JsonObject decoded)
    {
        var space = type.Namespaced ? decoded.Text("metadata", "namespace") ?? "" : "";
        var key = new ObjectKey(space, decoded.Text("metadata", "name") ?? "");
        decoded.Object("metadata").Remove("resourceVersion");
        var status = decoded["status"]?.DeepClone();
        var main = (JsonObject)decoded.DeepClone();
        var writer = new FieldWriter("lab", Applies: false, "", type.ApiVersion);
        var stored = _store.Find(type, key) is null
            ? _writer.Create(type, space, main, writer)
            : _writer.Update(type, key, mayCreate: false, present => At(main, present!), writer).Stored;
        if (type.HasStatus && status is not null)
            stored = _writer.Update(type, key, mayCreate: false, present => WithStatus(present!, status), writer with { Subresource = "status" }).Stored;
        return (JsonObject)stored.Json.DeepClone();
    }

    private static JsonObject At(JsonObject wanted, JsonObject present)
    {
        wanted.Object("metadata").Put("resourceVersion", present["metadata"]!["resourceVersion"]);
        return wanted;
    }

    private static JsonObject WithStatus(JsonObject present, JsonNode status)
    {
        present.Put("status", status);
        return present;
    }

    private ResourceType TypeOf(string apiVersion, string kind) => _registry.FindKind(apiVersion, kind)
        ?? throw new InvalidOperationException($"The lab's API server does not serve {apiVersion} {kind}.");
}
