using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Hosts.OpenShift.Upgrades.Spec;

namespace Handcarry.Hosts.OpenShift.Tests.Upgrades;

/// <summary>What deploy/crd/bundleupgrades.yaml takes and refuses, and how a spec is read.</summary>
public sealed class SpecTests
{
    private const string Key = "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEA\\n-----END PUBLIC KEY-----\\n";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"detection":"Manual","bundle":{"file":"/dev/sdb"}}""")]
    [InlineData("""{"bundle":{"file":"","digest":""}}""")]
    [InlineData("""{"schedule":{"notBefore":"2027-01-02T03:04:05+02:00","window":{"start":"22:00","end":"04:30"},"timeZone":"America/Argentina/Buenos_Aires"}}""")]
    [InlineData("""{"nodes":{"selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"In","values":["d"]},{"key":"e","operator":"Exists"}]},"toleratedUnready":2}}""")]
    [InlineData("""{"trust":{"engineerKeys":["KEY"]},"rate":{"siteBytesPerSecond":1000000},"retain":{"hours":0},"cancel":true,"hold":true}""")]
    [InlineData("""{"trust":{"allowUnsigned":true,"engineerKeys":[]}}""")]
    public async Task A_sound_spec_is_taken(string spec)
    {
        await using var cluster = await LabCluster.StartAsync();
        Put(cluster, spec);
    }

    [Theory]
    [InlineData("""{"detection":"Sometimes"}""", "spec.detection")]
    [InlineData("""{"hold":"yes"}""", "spec.hold")]
    [InlineData("""{"bundle":{"file":"upgrade.tar"}}""", "spec.bundle.file")]
    [InlineData("""{"bundle":{"file":"//host/share"}}""", "spec.bundle.file")]
    [InlineData("""{"bundle":{"digest":"sha256:abc"}}""", "spec.bundle.digest")]
    [InlineData("""{"schedule":{"notBefore":"tomorrow"}}""", "spec.schedule.notBefore")]
    [InlineData("""{"schedule":{"window":{"start":"22:00"}}}""", "spec.schedule.window.end")]
    [InlineData("""{"schedule":{"window":{"start":"24:00","end":"04:00"}}}""", "spec.schedule.window.start")]
    [InlineData("""{"schedule":{"window":{"start":"04:00","end":"04:00"}}}""", "a window begins and ends at different times")]
    [InlineData("""{"schedule":{"timeZone":"../etc/passwd"}}""", "spec.schedule.timeZone")]
    [InlineData("""{"trust":{"engineerKeys":["none"]}}""", "spec.trust.engineerKeys[0]")]
    [InlineData("""{"trust":{"allowUnsigned":true,"engineerKeys":["KEY"]}}""", "contradict each other")]
    [InlineData("""{"nodes":{"toleratedUnready":-1}}""", "spec.nodes.toleratedUnready")]
    [InlineData("""{"nodes":{"selector":{"matchExpressions":[{"key":"a","operator":"In"}]}}}""", "In and NotIn need values")]
    [InlineData("""{"nodes":{"selector":{"matchExpressions":[{"key":"a","operator":"Exists","values":["b"]}]}}}""", "In and NotIn need values")]
    [InlineData("""{"rate":{"nodeBytesPerSecond":-1}}""", "spec.rate.nodeBytesPerSecond")]
    [InlineData("""{"retain":{"hours":100000}}""", "spec.retain.hours")]
    [InlineData("""{"unheard":1}""", "unknown field \"spec.unheard\"")]
    public async Task What_makes_no_sense_is_refused_by_the_definition(string spec, string why)
    {
        await using var cluster = await LabCluster.StartAsync();
        Assert.Contains(why, Assert.Throws<InvalidOperationException>(() => Put(cluster, spec)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_object_cluster_is_taken()
    {
        await using var cluster = await LabCluster.StartAsync();
        Assert.Contains("the only BundleUpgrade is named cluster",
            Assert.Throws<InvalidOperationException>(() => Put(cluster, "{}", "other")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_spec_reads_as_the_defaults_of_the_definition_and_of_the_code()
    {
        await using var cluster = await LabCluster.StartAsync();
        var stored = Put(cluster, """{"bundle":{},"schedule":{},"trust":{},"nodes":{},"rate":{},"retain":{}}""");
        var read = Read(stored);
        Assert.Equal(new UpgradeSchedule(), read.Schedule);
        Assert.Equal(Comparable(new BundleUpgradeSpec { Generation = 1 }), Comparable(read with { Schedule = null }));
        Assert.Equal(Comparable(new BundleUpgradeSpec { Generation = 1 }), Comparable(Read(Put(cluster, "{}")) with { Generation = 1 }));
    }

    [Fact]
    public async Task Every_field_is_read()
    {
        await using var cluster = await LabCluster.StartAsync();
        var digest = $"sha256:{new string('d', 64)}";
        var read = Read(Put(cluster, $$$$"""
            {"detection":"Manual","hold":true,"cancel":true,"bundle":{"file":"/dev/sdb","digest":"{{{{digest}}}}","allowUnlistedEdge":true},
             "schedule":{"notBefore":"2027-01-02T03:04:05+02:00","window":{"start":"22:00","end":"04:30"},"timeZone":"Europe/Berlin"},
             "trust":{"releaseKeyrings":["armored"],"engineerKeys":["KEY"]},
             "nodes":{"selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"c","operator":"NotIn","values":["d","e"]}]},"toleratedUnready":2},
             "rate":{"siteBytesPerSecond":10,"nodeBytesPerSecond":5},"retain":{"hours":3}}
            """));
        Assert.Equal((Detection.Manual, true, true, 1L), (read.Detection, read.Hold, read.Cancel, read.Generation));
        Assert.Equal(new BundleChoice { File = "/dev/sdb", Digest = digest, AllowUnlistedEdge = true }, read.Bundle);
        Assert.Equal(new UpgradeSchedule
        {
            NotBefore = new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            Window = new DailyWindow(new TimeOnly(22, 0), new TimeOnly(4, 30)),
            TimeZone = "Europe/Berlin",
        }, read.Schedule);
        Assert.Equal(["armored"], read.Trust.ReleaseKeyrings);
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", Assert.Single(read.Trust.EngineerKeys), StringComparison.Ordinal);
        Assert.Equal(2, read.Nodes.ToleratedUnready);
        Assert.Equal(["a In b", "c NotIn d,e"], read.Nodes.Selector.Select(r => $"{r.Key} {r.Operator} {string.Join(',', r.Values)}"));
        Assert.Equal(new CarryRate { SiteBytesPerSecond = 10, NodeBytesPerSecond = 5 }, read.Rate);
        Assert.Equal(TimeSpan.FromHours(3), read.Retain);
    }

    [Theory]
    [InlineData("""{"spec":{"detection":"Psychic"}}""")]
    [InlineData("""{"spec":{"schedule":{"notBefore":"2027-01-01T00:00:60Z"}}}""")]
    [InlineData("""{"spec":{"schedule":{"window":{"start":"soon","end":"04:00"}}}}""")]
    public void What_cannot_be_read_means_waiting(string upgrade) =>
        Assert.True(SpecReading.Read(JsonDocument.Parse(upgrade).RootElement).Hold);

    [Theory]
    [InlineData("In", "b", true, false)]
    [InlineData("NotIn", "b", false, true)]
    [InlineData("Exists", "", true, false)]
    [InlineData("DoesNotExist", "", false, true)]
    public void A_requirement_is_met_as_in_Kubernetes(string how, string value, bool withLabel, bool without)
    {
        var requirement = new Handcarry.Actors.Cluster.LabelRequirement("a", how, value.Length == 0 ? [] : [value]);
        Assert.Equal(withLabel, requirement.IsMetBy(new Dictionary<string, string> { ["a"] = "b" }));
        Assert.Equal(without, requirement.IsMetBy(new Dictionary<string, string>()));
    }

    private static JsonObject Put(LabCluster cluster, string spec, string name = "cluster") => cluster.Objects.Put((JsonObject)JsonNode.Parse(
        $$"""{"apiVersion":"handcarry.dev/v1alpha1","kind":"BundleUpgrade","metadata":{"name":"{{name}}"},"spec":{{spec.Replace("\"KEY\"", $"\"{Key}\"", StringComparison.Ordinal)}}}""")!);

    private static BundleUpgradeSpec Read(JsonObject stored) => SpecReading.Read(JsonDocument.Parse(stored.ToJsonString()).RootElement);

    // Lists in records compare by reference.
    private static string Comparable(BundleUpgradeSpec spec) => JsonSerializer.Serialize(spec);
}
