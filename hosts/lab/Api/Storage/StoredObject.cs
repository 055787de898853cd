using System.Text.Json.Nodes;

namespace Handcarry.Lab.Api.Storage;

/// <summary>An object as it stands in the store. Shared between readers: nobody changes <see cref="Json"/>.</summary>
internal sealed class StoredObject
{
    public StoredObject(JsonObject json, long version)
    {
        Json = json;
        Version = version;
        Json["metadata"]!["resourceVersion"] = version.ToString();
        Utf8 = Api.Json.Write(Json);
    }

    public JsonObject Json { get; }

    /// <summary>Its resourceVersion.</summary>
    public long Version { get; }

    /// <summary><see cref="Json"/> written once for all who want to send it.</summary>
    public byte[] Utf8 { get; }

    public string Name => Json.Text("metadata", "name")!;

    public string Namespace => Json.Text("metadata", "namespace") ?? "";
}
