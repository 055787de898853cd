using System.Runtime.Serialization;
using System.Text;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Protocol.Journal;
using Handcarry.Actors.Tests.Scenarios;

namespace Handcarry.Actors.Tests.Protocol;

public sealed class WireSerializerTests : TestKit
{
    private static readonly Peer Peer = new("n1", "akka.ssl.tcp://handcarry@10.0.0.7:9240", "https://10.0.0.7:9241/");

    private static readonly NodeReport Report = new()
    {
        Node = "n1",
        Self = Peer,
        Stage = Stage.Receiving,
        Epoch = 3,
        Commitment = Bundles.Commitment("B"),
        Media = [new MediumReport("usb1", "/dev/usb1", Bundles.Facts("B"), "ReadFailed", "It failed.") { Pace = new MediumPace(4_100_000, 2400, true) }],
        Complaints = [new HolderComplaint("n3", 7, 2, "DigestMismatch", "It was refused.")],
        Link = new LinkReport("n3", 10_000, true),
        RuntimeFault = "It is not armed.",
        Serving = new ServingReport { Commitment = Bundles.Commitment("B"), Fault = "Nobody answers." },
        Yield = new YieldReport(4_000_000, "I/O pressure 45 %"),
    };

    private static readonly IWireMessage[] Messages =
    [
        Report,
        new CarryPlan(3, Bundles.Facts("B"), "usb1", Peer, Peer with { Node = "n0", Incarnation = 7 }, 12_500_000),
        new StopWork(4, Bundles.Commitment("B"), "DigestMismatch"),
        new TakeDigest("usb1"),
        new FinishWork(Bundles.Commitment("B"), "4.12.4"),
        new WantOffers(3, Bundles.Commitment("B"), "n2"),
        new Offer(Bundles.Commitment("B"), "n1", true, "0-57,60", "61", [4_194_304]),
        new GetStatus(),
        new StatusReply("n1", true, "4.12.0", new UpgradeStatus { Phase = Phase.Carrying, Nodes = [new NodeView("n1", Stage.Ready, 1, 2, true, true)] }, [Report]),
        new SiteSummary { Supervisor = "n1", Acting = true, Phase = Phase.Carrying, BundleSize = 9, Nodes = 3, BytesHeld = 12, Sources = ["n2"], MediumNeeded = true, Pace = new MediumPace(1, 2, false) },
        new JudgeBundle(Bundles.Facts("B") with { ReleaseSignatures = "AAAA", ImageDigests = "0123456789abcdef" }),
        new Judgement("n1", true, "4.12.0", Phase.Carrying, "", [new JudgedBundle("4.12.4", "x86_64", "c", "n1", "/dev/usb1", [new Finding("NoSpace", "Full.", "Free it.").About("Node", "n1")]) { Refusals = 1, Warnings = 2 }]) { Omitted = 3 },
        new ClientRequest("secret", new ClientCommand(ClientVerb.Facts, "n1") { After = 7, Since = DateTimeOffset.UnixEpoch, Lines = 3, Undo = true }) { Relayed = true },
        new ClientReply("n1") { Reason = "NotAllowed", Message = "No.", AgeSeconds = 3, Facts = [new SiteFact("n1", 8, DateTimeOffset.UnixEpoch, true, "NoSpace", "Full.")], More = true, Lines = ["a"] },
        new WorkBegun(Bundles.Facts("B"), "bbbb-0"),
        new ImageImported("bbbb-0", 3),
        new PublishIntended("bbbb-0"),
        new StorePublished("bbbb-0"),
        new WorkStopped(Bundles.Commitment("B"), 4),
        new UpgradeFinished(Bundles.Commitment("B"), "4.12.4"),
        new BlobsFreed(Bundles.Commitment("B")),
    ];

    private readonly WireSerializer _serializer;

    public WireSerializerTests() => _serializer = new WireSerializer((ExtendedActorSystem)Sys);

    [Fact]
    public void Every_message_comes_back_as_it_went()
    {
        foreach (var message in Messages)
            Assert.Equivalent(message, _serializer.FromBinary(_serializer.ToBinary(message), _serializer.Manifest(message)), strict: true);
    }

    [Fact]
    public void Every_wire_type_has_a_manifest_and_every_manifest_a_test()
    {
        var types = typeof(IWireMessage).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IWireMessage)) && t.IsClass).ToHashSet();
        Assert.Equal(types, Messages.Select(m => m.GetType()).ToHashSet());
        Assert.Equal(types.Count, WireSerializer.Manifests.Count);
    }

    [Fact]
    public void The_status_of_five_hundred_nodes_fits_into_one_message_of_the_wire()
    {
        var nodes = Enumerable.Range(1, 500).ToList();
        var status = new StatusReply(
            "n1",
            true,
            "4.12.0",
            new UpgradeStatus { Phase = Phase.Carrying, Nodes = [.. nodes.Select(i => new NodeView($"n{i}", Stage.Receiving, 1L << 30, i, false, false))] },
            [.. nodes.Select(i => Report with { Node = $"n{i}", BytesHeld = i * 7_919_371L, DrawnBytes = i * 104_729L })]);
        var bytes = _serializer.ToBinary(status);
        Assert.True(bytes.Length < 100_000, $"It has {bytes.Length} bytes.");
        Assert.Equivalent(status, _serializer.FromBinary(bytes, _serializer.Manifest(status)), strict: true);
    }

    [Fact]
    public void A_message_that_grows_without_end_is_refused_and_counted()
    {
        using var to = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(to, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 20; i++)
                gzip.Write(new byte[1 << 20]);
        var before = WireSerializer.Refused;
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(to.ToArray(), "plan1"));
        Assert.True(WireSerializer.Refused > before);
    }

    [Fact]
    public void A_request_that_is_printed_does_not_show_its_token() =>
        Assert.DoesNotContain("secret", new ClientRequest("secret", new ClientCommand(ClientVerb.Hold)).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("plan2")]
    [InlineData("System.IO.FileInfo, System.Runtime")]
    public void An_unknown_manifest_is_refused_and_counted(string manifest)
    {
        var before = WireSerializer.Refused;
        Assert.Throws<SerializationException>(() => _serializer.FromBinary("{}"u8.ToArray(), manifest));
        Assert.True(WireSerializer.Refused > before);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"epoch\":\"many\"}")]
    [InlineData("{")]
    [InlineData("null")]
    public void Content_of_another_form_is_refused_and_counted(string json)
    {
        var before = WireSerializer.Refused;
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(System.Text.Encoding.UTF8.GetBytes(json), "plan1"));
        Assert.True(WireSerializer.Refused > before);
    }

    [Fact]
    public void A_message_of_a_later_version_with_more_members_is_understood()
    {
        var offer = (Offer)_serializer.FromBinary("""{"commitment":"c","node":"n","hasInventory":true,"held":"1","growing":"","speed":9}"""u8.ToArray(), "offer1");
        Assert.Equal("1", offer.Held);
    }

    [Fact]
    public void Every_message_of_a_later_version_is_understood_with_members_that_are_not_known_here()
    {
        foreach (var message in Messages)
        {
            var later = WithMore(JsonNode.Parse(_serializer.ToBinary(message))!);
            Assert.Equivalent(message, _serializer.FromBinary(Encoding.UTF8.GetBytes(later.ToJsonString()), _serializer.Manifest(message)), strict: true);
        }
    }

    // As the first version wrote them: what has come since has its default.
    [Theory]
    [InlineData("report1", """{"node":"n1","self":{"node":"n1","address":"a","data":"d"},"stage":"Waiting"}""")]
    [InlineData("plan1", """{"epoch":3,"bundle":{"commitment":"c","inventorySize":1,"version":"4.12.4","arch":"x86_64","release":"r","size":1,"unpackedSize":1,"images":1},"mediumId":"usb1","from":null}""")]
    [InlineData("status1", """{"supervisor":"n1","acting":true,"clusterVersion":"4.12.0","status":{"phase":"Idle"},"reports":[]}""")]
    [InlineData("judge?1", "{}")]
    [InlineData("judge1", """{"supervisor":"n1","acting":true,"clusterVersion":"","phase":"Idle","unknown":"","bundles":[{"version":"4.12.4","arch":"x86_64","commitment":"c","node":"","medium":"","findings":[{"reason":"NoSpace","message":"Full.","remedy":""}]}]}""")]
    public void A_message_of_an_earlier_version_has_defaults_for_what_it_lacks(string manifest, string json)
    {
        var read = _serializer.FromBinary(Encoding.UTF8.GetBytes(json), manifest);
        Assert.Equal(manifest, _serializer.Manifest(read));
        Assert.Equivalent(read, _serializer.FromBinary(_serializer.ToBinary(read), manifest), strict: true);
        switch (read)
        {
            case NodeReport report:
                Assert.Equal((0, "", 0, null), (report.Epoch, report.Commitment, report.Media.Count, report.Link));
                break;
            case CarryPlan plan:
                Assert.Equal((BundleFacts.Layers, "", "", "", ""), (plan.Bundle.Store, plan.Bundle.Previous, plan.Bundle.SignedBy, plan.Bundle.ReleaseSignatures, plan.Bundle.ImageDigests));
                Assert.Equal((null, 0), (plan.Other, plan.BytesPerSecond));
                break;
            case StatusReply status:
                Assert.Equal((0, 0, 0), (status.Status.Findings.Count, status.Status.FindingsTotal, status.Status.Nodes.Count));
                break;
            case Judgement judgement:
                Assert.Equal((Severity.Refusal, ""), (judgement.Bundles[0].Findings[0].Severity, judgement.Bundles[0].Findings[0].Subject));
                break;
        }
    }

    private static JsonNode WithMore(JsonNode node)
    {
        foreach (var inner in (node switch { JsonObject o => o.Select(member => member.Value), JsonArray a => a, _ => [] }).OfType<JsonNode>().ToList())
            WithMore(inner);
        if (node is JsonObject thing)
            thing["ofALaterVersion"] = new JsonObject { ["word"] = "x", ["numbers"] = new JsonArray(1, 2) };
        return node;
    }

    [Fact]
    public void A_type_that_is_not_in_the_table_is_not_sent() =>
        Assert.Throws<SerializationException>(() => _serializer.Manifest("text"));
}
