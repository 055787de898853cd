using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Tests.Bundles;

public sealed class MetadataRulesTests
{
    private static readonly string A = $"quay.io/a/b@{Digest.Of("a"u8)}";
    private static readonly string B = $"quay.io/a/b@{Digest.Of("b"u8)}";

    [Fact]
    public void Members_it_does_not_know_are_ignored()
    {
        var metadata = Parse(j => j["publisher"] = new JsonObject { ["name"] = "x" });
        Assert.Equal("4.12.4", metadata.Version);
        Assert.Equal([A, B], metadata.Images);
    }

    [Fact]
    public void The_agent_is_the_one_among_the_extra_images_whatever_is_said_besides()
    {
        var agent = new AgentImage("0.2.0", $"handcarry.dev/agent/0.2.0@{Digest.Of("agent"u8)}");
        Assert.Equal(agent, Parse(j => Say(j, agent)).Agent);
        Assert.Equal(agent, Parse(j => Say(j, null)).Agent);
        Assert.Equal(agent, Parse(j => Say(j, agent with { Version = "9.0.0" })).Agent);
        Assert.Equal(agent, Parse(j => Say(j, agent with { Image = A })).Agent);
        Assert.Null(Parse(j => j["agent"] = new JsonObject { ["version"] = agent.Version, ["image"] = agent.Image }).Agent);

        void Say(JsonObject j, AgentImage? said)
        {
            j["images"] = new JsonArray(A, B, agent.Image);
            j["extra"] = new JsonArray(agent.Image);
            if (said is not null)
                j["agent"] = new JsonObject { ["version"] = said.Version, ["image"] = said.Image, ["more"] = 1 };
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Another_format_is_unknown_whatever_else_it_says(int format) => Assert.Equal(
        Reasons.UnknownFormat,
        Assert.Throws<ContentException>(() => MetadataRules.Parse(Encoding.UTF8.GetBytes($$"""{"format":{{format}},"images":7}"""), new BundleLimits())).Reason);

    [Theory]
    [InlineData("4.12")]
    [InlineData("v4.12.4")]
    [InlineData("4.12.04")]
    [InlineData("4.12.4\n")]
    [InlineData("4.12.4-01")]
    [InlineData("../4.12.4")]
    [InlineData("")]
    public void A_version_that_is_no_semantic_version_is_refused(string version) => Refused(j => j["version"] = version, "version");

    [Theory]
    [InlineData("4.12.4")]
    [InlineData("4.20.0-rc.1")]
    [InlineData("4.12.0-0.nightly-2023-01-12-182952")]
    [InlineData("1.0.0-alpha+build.5")]
    public void Semantic_versions_are_taken(string version) => Assert.Equal(version, Parse(j => j["version"] = version).Version);

    public static TheoryData<string, string> Wrong => new()
    {
        { "arch", "\"amd64\"" },
        { "arch", "null" },
        { "size", "-1" },
        { "size", "\"5\"" },
        { "size", "1e30" },
        { "unpackedSize", "-1" },
        { "release", "null" },
        { "release", $"\"quay.io/a/b@{Digest.Of("c"u8)}\"" },
        { "images", "[]" },
        { "images", "null" },
        { "images", "[null]" },
        { "images", $"[\"{A}\",\"{A}\"]" },
        { "images", $"[\"{A}\",\"quay.io/a/b:latest\"]" },
        { "images", $"[\"{A}\",\"../b@{Digest.Of("c"u8)}\"]" },
        { "extra", $"[\"{A}\"]" },
        { "extra", $"[\"quay.io/a/b@{Digest.Of("c"u8)}\"]" },
        { "previous", "[\"latest\"]" },
        { "previous", "[null]" },
        { "channels", "[\"\"]" },
        { "channels", "[\"a b\"]" },
        { "channels", "[\"-rf\"]" },
        { "commitment", "\"sha256:12\"" },
        { "commitment", "null" },
        { "commitment", "5" },
        { "inventorySize", "0" },
        { "inventorySize", "-5" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_member_is_refused(string member, string value) => Refused(j => j[member] = JsonNode.Parse(value), "");

    [Theory]
    [InlineData("format")]
    [InlineData("version")]
    [InlineData("arch")]
    [InlineData("size")]
    [InlineData("unpackedSize")]
    [InlineData("release")]
    [InlineData("images")]
    [InlineData("commitment")]
    [InlineData("inventorySize")]
    public void A_missing_member_is_refused(string member) => Refused(j => j.Remove(member), member);

    [Fact]
    public void A_member_that_is_there_twice_is_refused()
    {
        var json = Valid().ToJsonString().Replace("{\"format\":1", "{\"format\":1,\"version\":\"9.9.9\"", StringComparison.Ordinal);
        Assert.Equal(Reasons.InvalidBundle, Assert.Throws<ContentException>(() => MetadataRules.Parse(Encoding.UTF8.GetBytes(json), new BundleLimits())).Reason);
    }

    [Fact]
    public void Limits_are_the_readers()
    {
        var json = Encoding.UTF8.GetBytes(Valid().ToJsonString());
        Assert.Equal(Reasons.LimitExceeded, Assert.Throws<ContentException>(() => MetadataRules.Parse(json, new BundleLimits { Images = 1 })).Reason);
        Assert.Equal(Reasons.LimitExceeded, Assert.Throws<ContentException>(() => MetadataRules.Parse(json, new BundleLimits { InventoryBytes = 999 })).Reason);
    }

    private static void Refused(Action<JsonObject> change, string names)
    {
        var e = Assert.Throws<ContentException>(() => Parse(change));
        Assert.Equal(Reasons.InvalidBundle, e.Reason);
        Assert.Contains(names, e.Message, StringComparison.Ordinal);
    }

    private static BundleMetadata Parse(Action<JsonObject> change)
    {
        var json = Valid();
        change(json);
        return MetadataRules.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), new BundleLimits());
    }

    private static JsonObject Valid() => new()
    {
        ["format"] = 1,
        ["version"] = "4.12.4",
        ["arch"] = "x86_64",
        ["size"] = 100,
        ["unpackedSize"] = 200,
        ["release"] = A,
        ["images"] = new JsonArray(A, B),
        ["previous"] = new JsonArray("4.12.3"),
        ["channels"] = new JsonArray("stable-4.12"),
        ["extra"] = new JsonArray(B),
        ["commitment"] = Digest.Of("inventory"u8).ToString(),
        ["inventorySize"] = 1000,
    };
}
