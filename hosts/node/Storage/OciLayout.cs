using System.Text.Json;
using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>
/// The smallest OCI image layout: one descriptor, the blobs elsewhere. With exactly one descriptor and no reference in its name skopeo takes
/// Docker manifests and lists from it as well, byte for byte (reference/container-storage.md section A).
/// </summary>
internal static class OciLayout
{
    public static void Write(string folder, StoreImage image)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        using var stream = File.Create(Path.Combine(folder, "index.json"));
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 2);
        json.WriteStartArray("manifests");
        json.WriteStartObject();
        json.WriteString("mediaType", image.ManifestMediaType);
        json.WriteString("digest", image.Name.Digest.ToString());
        json.WriteNumber("size", image.ManifestSize);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
