using System.Text.Json.Serialization;

namespace Handcarry.Streams.Bundles;

/// <summary>In which form a bundle carries its images (DESIGN, "Ways to load images").</summary>
[JsonConverter(typeof(StoreKindJsonConverter))]
public enum StoreKind
{
    /// <summary><c>layers</c>: as the blobs of a registry.</summary>
    Layers,

    /// <summary><c>sealed</c>: as a finished container storage, with the layers of only those images that a registry client asks for on the node.</summary>
    Sealed,

    /// <summary><c>both</c>: as a finished container storage and with all layers.</summary>
    Both,
}

internal sealed class StoreKindJsonConverter() : JsonStringEnumConverter<StoreKind>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);
