using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Release;

/// <summary>The files under <c>release-manifests/</c> (reference/openshift.md sections 1.2 and 1.3, a genuine 4.12.0 for the shape).</summary>
internal static class ReleaseManifests
{
    private const string Created = "2026-01-01T00:00:00Z";

    // As `oc adm release new` writes it: two spaces, no escaping beyond what JSON wants.
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string ImageReferences(ReleaseOptions options, IEnumerable<MadeImage> payload) => new JsonObject
    {
        ["kind"] = "ImageStream",
        ["apiVersion"] = "image.openshift.io/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = options.Version,
            ["creationTimestamp"] = Created,
            ["annotations"] = new JsonObject { ["release.openshift.io/from-image-stream"] = "handcarry/lab" },
        },
        ["spec"] = new JsonObject
        {
            ["lookupPolicy"] = new JsonObject { ["local"] = false },
            ["tags"] = new JsonArray([.. payload.OrderBy(static image => image.Tag, StringComparer.Ordinal).Select(Tag)]),
        },
        ["status"] = new JsonObject { ["dockerImageRepository"] = "" },
    }.ToJsonString(Written);

    public static string Metadata(ReleaseOptions options) => new JsonObject
    {
        ["kind"] = "cincinnati-metadata-v0",
        ["version"] = options.Version,
        ["previous"] = new JsonArray(options.Previous),
        ["metadata"] = new JsonObject
        {
            ["url"] = "https://example.com/handcarry-lab",
            ["io.openshift.upgrades.graph.release.channels"] = string.Join(',', options.Channels),
        },
    }.ToJsonString(Written);

    /// <summary>One manifest with the annotation without which the operator skips it (reference/openshift.md section 10.4).</summary>
    public static string OperatorManifest(string name) =>
        $$"""
        apiVersion: v1
        kind: Namespace
        metadata:
          name: {{name}}
          annotations:
            include.release.openshift.io/self-managed-high-availability: "true"

        """;

    private static JsonNode Tag(MadeImage image) => new JsonObject
    {
        ["name"] = image.Tag,
        ["annotations"] = new JsonObject
        {
            ["io.openshift.build.commit.id"] = "",
            ["io.openshift.build.commit.ref"] = "",
            ["io.openshift.build.source-location"] = "",
        },
        ["from"] = new JsonObject { ["kind"] = "DockerImage", ["name"] = image.Name.ToString() },
        ["generation"] = null,
        ["importPolicy"] = new JsonObject(),
        ["referencePolicy"] = new JsonObject { ["type"] = "" },
    };
}
