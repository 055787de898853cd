using System.Globalization;
using System.Text.Json;
using Handcarry.Hosts.OpenShift.Api;
using LabelRequirement = Handcarry.Actors.Cluster.LabelRequirement;

namespace Handcarry.Hosts.OpenShift.Upgrades.Spec;

/// <summary>
/// Reads the spec of a BundleUpgrade. The API server has validated it and filled the defaults in; what an older definition does not have reads as its
/// default. A word or a time that cannot be read (a newer definition's) means waiting: nothing is detected by itself, and all is held.
/// </summary>
internal static class SpecReading
{
    private static readonly BundleUpgradeSpec Defaults = new();

    public static BundleUpgradeSpec Read(JsonElement upgrade)
    {
        var spec = upgrade.At("spec");
        var bundle = spec.At("bundle");
        var trust = spec.At("trust");
        var rate = spec.At("rate");
        var detection = DetectionOf(spec.TextAt("detection"));
        var readable = TrySchedule(spec.At("schedule"), out var schedule);
        return new BundleUpgradeSpec
        {
            Detection = detection ?? Detection.Manual,
            Hold = spec.IsTrueAt("hold") || detection is null || !readable,
            Cancel = spec.IsTrueAt("cancel"),
            Bundle = new BundleChoice
            {
                File = bundle.TextAt("file"),
                Digest = bundle.TextAt("digest"),
                AllowUnlistedEdge = bundle.IsTrueAt("allowUnlistedEdge"),
            },
            Schedule = schedule,
            Trust = new TrustPolicy
            {
                ReleaseKeyrings = Texts(trust.At("releaseKeyrings")),
                EngineerKeys = Texts(trust.At("engineerKeys")),
                AllowUnsigned = trust.IsTrueAt("allowUnsigned"),
            },
            Nodes = new NodeChoice
            {
                Selector = Requirements(spec.At("nodes").At("selector")),
                ToleratedUnready = (int)spec.At("nodes").NumberAt("toleratedUnready"),
            },
            Rate = new CarryRate { SiteBytesPerSecond = rate.NumberAt("siteBytesPerSecond"), NodeBytesPerSecond = rate.NumberAt("nodeBytesPerSecond") },
            Retain = spec.At("retain").At("hours") is { ValueKind: JsonValueKind.Number } hours ? TimeSpan.FromHours(hours.GetInt32()) : Defaults.Retain,
            Generation = upgrade.At("metadata").NumberAt("generation"),
        };
    }

    private static Detection? DetectionOf(string word) => word switch
    {
        "" or nameof(Detection.Automatic) => Detection.Automatic,
        nameof(Detection.Manual) => Detection.Manual,
        _ => null,
    };

    private static bool TrySchedule(JsonElement json, out UpgradeSchedule? schedule)
    {
        schedule = null;
        if (json.ValueKind != JsonValueKind.Object)
            return true;
        DateTimeOffset notBefore = default;
        DailyWindow? window = null;
        var time = json.TextAt("notBefore");
        if (time.Length > 0 && !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out notBefore))
            return false;
        if (json.At("window") is { ValueKind: JsonValueKind.Object } hours)
        {
            if (!TryMinute(hours.TextAt("start"), out var start) || !TryMinute(hours.TextAt("end"), out var end))
                return false;
            window = new DailyWindow(start, end);
        }
        schedule = new UpgradeSchedule { NotBefore = time.Length > 0 ? notBefore : null, Window = window };
        if (json.TextAt("timeZone") is { Length: > 0 } zone)
            schedule = schedule with { TimeZone = zone };
        return true;
    }

    private static bool TryMinute(string text, out TimeOnly minute) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out minute);

    private static List<LabelRequirement> Requirements(JsonElement selector) =>
    [
        .. selector.At("matchLabels").Members().Select(static label => new LabelRequirement(label.Name, "In", [label.Value.GetString() ?? ""])),
        .. selector.At("matchExpressions").Items().Select(static expression => new LabelRequirement(
            expression.TextAt("key"), expression.TextAt("operator"), Texts(expression.At("values")))),
    ];

    private static List<string> Texts(JsonElement list) => [.. list.Items().Select(static item => item.GetString() ?? "")];
}
