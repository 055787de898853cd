using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Upgrades;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

public sealed class SpecMappingTests
{
    [Fact]
    public void Everything_the_supervisor_goes_by_reaches_it()
    {
        var spec = Read("""
            {"metadata":{"generation":7},"spec":{"detection":"Manual","hold":true,"cancel":true,
             "bundle":{"file":"/dev/sdb","digest":"sha256:aa","allowUnlistedEdge":true},
             "schedule":{"notBefore":"2026-01-10T06:00:00Z","window":{"start":"22:00","end":"04:30"},"timeZone":"Europe/Berlin"},
             "trust":{"releaseKeyrings":["ring"],"engineerKeys":["one","two"],"allowUnsigned":true},
             "nodes":{"toleratedUnready":2,"selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"NotIn","values":["d","e"]}]}},
             "rate":{"siteBytesPerSecond":9,"nodeBytesPerSecond":4}}}
            """);
        Assert.Equal(
            new UpgradeSpec(true, "sha256:aa", 7)
            {
                Detection = Detection.Manual,
                BundleFile = "/dev/sdb",
                AllowUnlistedEdge = true,
                Cancel = true,
                Schedule = new UpgradeSchedule(new DateTimeOffset(2026, 1, 10, 6, 0, 0, TimeSpan.Zero), new TimeOnly(22, 0), new TimeOnly(4, 30), "Europe/Berlin"),
                Trust = new TrustSpec { ReleaseKeyrings = ["ring"], EngineerKeys = ["one", "two"], AllowUnsigned = true },
                ToleratedUnready = 2,
                Selector = new NodeSelector([new LabelRequirement("a", "In", ["b"]), new LabelRequirement("c", "NotIn", ["d", "e"])]),
                SiteBytesPerSecond = 9,
                NodeBytesPerSecond = 4,
            },
            spec);
    }

    [Fact]
    public void An_object_without_a_spec_wants_what_the_defaults_say() => Assert.Equal(new UpgradeSpec(false, "", 1), Read("""{"metadata":{"generation":1}}"""));

    [Fact]
    public void A_schedule_without_hours_is_at_any_hour() =>
        Assert.Null(Read("""{"metadata":{"generation":1},"spec":{"schedule":{"timeZone":"UTC"}}}""").Schedule.WhyNot(DateTimeOffset.UnixEpoch));

    private static UpgradeSpec Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return SpecMapping.Read(document.RootElement);
    }
}
