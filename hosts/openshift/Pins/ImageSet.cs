using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Pins;

/// <summary>A PinnedImageSet of ours.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Bundle">Which bundle it belongs to, from its label.</param>
/// <param name="Images">The images.</param>
/// <param name="Generation">metadata.generation; 0 for one that is not there yet.</param>
internal sealed partial record ImageSet(string Name, string Bundle, HashSet<string> Images, long Generation = 0)
{
    /// <summary>On every set of ours.</summary>
    public const string Label = "handcarry.dev/bundle";

    /// <summary>openshift/api, machineconfiguration/v1/types_pinnedimageset.go.</summary>
    private const int MostImages = 500;

    /// <summary>A label's value has at most 63 characters; 16 hex digits tell bundles apart and can be read.</summary>
    private const int LabelDigits = 16;

    public static string LabelOf(string commitment) => commitment[(commitment.IndexOf(':', StringComparison.Ordinal) + 1)..] is { Length: > LabelDigits } hex ? hex[..LabelDigits] : commitment;

    /// <summary>The sets that a bundle's images need; none when there is no image that the API takes.</summary>
    public static IReadOnlyList<ImageSet> Of(string commitment, IReadOnlyList<string> images)
    {
        var label = LabelOf(commitment);
        return
        [
            .. images.Where(image => Accepted().IsMatch(image)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Chunk(MostImages)
                .Select((some, i) => new ImageSet($"handcarry-{label}-{i}", label, some.ToHashSet(StringComparer.Ordinal))),
        ];
    }

    public static ImageSet Read(JsonElement set) => new(
        set.At("metadata").TextAt("name"),
        set.At("metadata").At("labels").TextAt(Label),
        set.At("spec").At("pinnedImages").Items().Select(image => image.TextAt("name")).ToHashSet(StringComparer.Ordinal),
        set.At("metadata").NumberAt("generation"));

    public JsonObject ToJson(string apiVersion) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = "PinnedImageSet",
        ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject { [Label] = Bundle } },
        ["spec"] = new JsonObject { ["pinnedImages"] = new JsonArray([.. Images.Order(StringComparer.Ordinal).Select(image => new JsonObject { ["name"] = image })]) },
    };

    /// <summary>Both rules of the API for a name: a host with a dot, at most one component before the last, sha256.</summary>
    [GeneratedRegex(@"^([a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+(:[0-9]{2,5})?/([a-zA-Z0-9_-]{0,61}/)?[a-zA-Z0-9_.-]*@sha256:[a-f0-9]{64}$", RegexOptions.NonBacktracking)]
    private static partial Regex Accepted();
}
