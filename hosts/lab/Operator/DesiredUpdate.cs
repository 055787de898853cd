using System.Text.Json.Nodes;
using Handcarry.Lab.Api;

namespace Handcarry.Lab.Operator;

/// <summary>What <c>spec.desiredUpdate</c> asks for.</summary>
/// <param name="Image">The release image.</param>
/// <param name="Version">What its version must be; empty for whatever it is.</param>
/// <param name="Force">Whether failed checks are to be passed over.</param>
internal sealed record DesiredUpdate(string Image, string Version, bool Force)
{
    /// <summary>
    /// Null when nothing is asked for. With a version only, the image comes from the available updates or the history; then an empty image says that it
    /// is in neither (pkg/cvo/updatepayload.go, findUpdateFromConfig; lib/validation/validation.go).
    /// </summary>
    public static DesiredUpdate? Of(JsonObject clusterVersion)
    {
        var asked = clusterVersion["spec"]?["desiredUpdate"];
        var image = asked.Text("image") ?? "";
        var version = asked.Text("version") ?? "";
        if (image.Length == 0 && version.Length == 0)
            return null;
        var force = asked!["force"]?.GetValue<bool>() ?? false;
        return new DesiredUpdate(image.Length > 0 ? image : Known(clusterVersion, version), version, force);
    }

    private static string Known(JsonObject clusterVersion, string version)
    {
        var status = clusterVersion["status"];
        var candidates = (status?["availableUpdates"] as JsonArray ?? [])
            .Concat((status?["conditionalUpdates"] as JsonArray ?? []).Select(update => update?["release"]))
            .Concat(status?["history"] as JsonArray ?? []);
        return candidates.FirstOrDefault(candidate => candidate.Text("version") == version).Text("image") ?? "";
    }
}
