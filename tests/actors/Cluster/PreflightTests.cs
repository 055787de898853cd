using System.Collections.Immutable;
using System.Text.Json;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Actors.Tests.Scenarios;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Twins.Cluster;

namespace Handcarry.Actors.Tests.Cluster;

/// <summary>What preflight says, from what a supervisor knows.</summary>
public sealed class PreflightTests : TestKit
{
    private static readonly ClusterVersionView Running = new("4.12.3", "", "", true, null, null, null, null);

    private readonly TemporaryFolder _folder = new();
    private readonly BlobStore _blobs;
    private readonly Preflight _preflight;

    public PreflightTests()
    {
        _blobs = BlobStore.Open(_folder.Path);
        _preflight = new Preflight("n1", new ReleaseVerifier(new SignatureReader(_blobs, new BundleLimits()), new InMemoryReleaseKeys(new InMemoryApi()), TimeProvider.System));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_bundle_that_fits_has_no_refusal_and_nothing_is_decided()
    {
        var state = Site(1) with { Status = new UpgradeStatus { Phase = Phase.Upgrading } };
        var answer = await Ask(state, Bundles.Facts("B"));
        Assert.Equal((Phase.Upgrading, "4.12.3", ""), (answer.Phase, answer.ClusterVersion, answer.Unknown));
        Assert.Equal(0, Assert.Single(answer.Bundles).Refusals);
    }

    [Fact]
    public async Task It_is_the_list_of_the_judgement_with_the_signature_and_the_silent_agents()
    {
        var state = Site(2) with { Version = Running with { Progressing = new ConditionView(true, "", "Working.") } };
        state = state with { Reports = state.Reports.Remove("n1").SetItem("n0", state.Reports["n0"] with { FreeForBlobs = 5 }) };
        var bundle = Assert.Single((await Ask(state, Bundles.Facts("A") with { ReleaseSignatures = "AAAA" })).Bundles);
        Assert.Equal(
            [Reasons.ReleaseKeysMissing, "NotNewer", "UpgradeInProgress", Reasons.NoSpace, "AgentSilent"],
            bundle.Findings.Where(f => f.Severity == Severity.Refusal).Select(f => f.Reason));
        Assert.Equal(["", "", "ClusterVersion/version", "Node/n0", "Node/n1"], bundle.Findings.Where(f => f.Severity == Severity.Refusal).Select(f => f.Subject));
        Assert.Equal(5, bundle.Refusals);
    }

    [Fact]
    public async Task Media_are_judged_with_those_that_cannot_be_read()
    {
        var state = Site(1, new MediumReport("usb1", "/dev/sdb", Bundles.Facts("B")), new MediumReport("usb2", "/dev/sdc", null, Reasons.DigestMismatch, "It is damaged."));
        var answer = await Ask(state, null);
        Assert.Equal([("4.12.4", "n0", "/dev/sdb", 0), ("", "n0", "/dev/sdc", 1)], answer.Bundles.Select(b => (b.Version, b.Node, b.Medium, b.Refusals)));
        Assert.Equal(Reasons.DigestMismatch, Assert.Single(answer.Bundles[1].Findings).Reason);
    }

    [Fact]
    public async Task Two_media_with_different_bundles_that_fit_are_both_refused()
    {
        var answer = await Ask(Site(1, new MediumReport("usb1", "/dev/sdb", Bundles.Facts("B")), new MediumReport("usb2", "/dev/sdc", Bundles.Facts("C"))), null);
        Assert.All(answer.Bundles, bundle => Assert.Equal((1, "ConflictingBundles"), (bundle.Refusals, bundle.Findings[0].Reason)));
    }

    [Fact]
    public async Task What_is_not_known_is_told_and_nothing_is_judged()
    {
        var answer = await Ask(Site(1) with { Version = null }, Bundles.Facts("B"));
        Assert.StartsWith("The cluster's version is not known", answer.Unknown, StringComparison.Ordinal);
        Assert.Empty(answer.Bundles);
    }

    [Fact]
    public async Task Findings_on_a_thousand_nodes_fit_into_a_message_and_the_rest_is_counted()
    {
        var state = Site(1000);
        state = state with { Nodes = state.Nodes!.ToImmutableSortedDictionary(n => n.Key, n => n.Value with { Ready = false, DiskPressure = true }, StringComparer.Ordinal) };
        var answer = await Ask(state, Bundles.Facts("B"));
        var bundle = Assert.Single(answer.Bundles);
        Assert.Equal(2000, bundle.Refusals);
        Assert.Equal(2001, bundle.Findings.Count + answer.Omitted);
        Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(answer, WireJson.Default.Judgement).Length, 90_000, 120_000);
    }

    private static SupervisorState Site(int nodes, params MediumReport[] media)
    {
        var names = Enumerable.Range(0, nodes).Select(i => $"n{i}").ToList();
        return SupervisorState.Initial with
        {
            Spec = new UpgradeSpec(false, "", 1),
            Version = Running,
            Health = ClusterHealth.Bare,
            Nodes = names.ToImmutableSortedDictionary(name => name, name => new ClusterNode(name, "amd64", true), StringComparer.Ordinal),
            Reports = names.ToImmutableSortedDictionary(name => name, name => Report(name) with { Media = name == "n0" ? media : [] }, StringComparer.Ordinal),
        };
    }

    private static NodeReport Report(string name) => new()
    {
        Node = name,
        Self = new Peer(name, $"akka.ssl.tcp://handcarry@{name}:9240", $"https://{name}:9241/"),
        Stage = Stage.Waiting,
        FreeForBlobs = 100_000_000_000,
        OneFileSystem = true,
    };

    private Task<Judgement> Ask(SupervisorState state, BundleFacts? bundle) => _preflight.AnswerAsync(state, new JudgeBundle(bundle), CancellationToken.None);
}
