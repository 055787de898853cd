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
    private readonly InMemoryApi _api = new();
    private readonly InMemoryWorkloads _workloads;
    private readonly Preflight _preflight;

    public PreflightTests()
    {
        _blobs = BlobStore.Open(_folder.Path);
        _workloads = new InMemoryWorkloads(_api);
        var upgrade = new InMemoryBundleUpgrade(_api);
        var ports = new SupervisorPorts(
            new InMemoryClusterVersion(_api),
            new InMemoryUpgradeStatus(upgrade),
            new InMemoryClusterNodes(_api),
            new InMemoryClusterHealth(_api),
            new InMemoryMachineUpkeep(_api),
            new InMemoryFence(new InMemoryLease(_api), "n1", TimeProvider.System),
            new ReleaseVerifier(new SignatureReader(_blobs, new BundleLimits()), new InMemoryReleaseKeys(new InMemoryApi()), TimeProvider.System),
            new ReleasePins(_blobs, new BundleLimits(), new InMemoryPinnedImageSets(_api)),
            Workloads: _workloads);
        _preflight = new Preflight("n1", ports, TimeProvider.System);
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

    [Theory]
    [InlineData("", Reasons.FileDigestUnknown)]
    [InlineData("C", "DigestNotPinned")]
    [InlineData("F", null)]
    public async Task A_pinned_digest_may_be_that_of_the_file(string file, string? reason)
    {
        var state = Site(1) with { Spec = new UpgradeSpec(false, Bundles.Commitment("F"), 1) };
        var findings = Assert.Single((await Ask(state, Bundles.Facts("B") with { FileDigest = file.Length > 0 ? Bundles.Commitment(file) : "" })).Bundles).Findings;
        Assert.Equal(reason, findings.SingleOrDefault(f => f.Severity == Severity.Refusal)?.Reason);
    }

    [Fact]
    public async Task Two_specs_that_want_different_bundles_are_told()
    {
        var own = new UpgradeSpec(false, Bundles.Commitment("B"), 1);
        var state = Site(1) with { Spec = new DesiredBundle("", Bundles.Commitment("C"), false).Over(own) };
        var finding = Assert.Single(Assert.Single((await Ask(state, Bundles.Facts("B"))).Bundles).Findings, f => f.Severity == Severity.Refusal);
        Assert.Equal((DesiredBundle.Disagrees, "ClusterVersion/version"), (finding.Reason, finding.Subject));
    }

    [Fact]
    public async Task Two_media_with_different_bundles_that_fit_are_both_refused()
    {
        var answer = await Ask(Site(1, new MediumReport("usb1", "/dev/sdb", Bundles.Facts("B")), new MediumReport("usb2", "/dev/sdc", Bundles.Facts("C"))), null);
        Assert.All(answer.Bundles, bundle => Assert.Equal((1, "ConflictingBundles"), (bundle.Refusals, bundle.Findings[0].Reason)));
    }

    [Fact]
    public async Task Workloads_that_need_a_registry_are_warned_of_unless_the_bundle_has_their_image()
    {
        const string carried = "example.com/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        _workloads.Set(
            new WorkloadImage("a/Deployment/carried", carried, true, true),
            new WorkloadImage("b/Deployment/always", "example.com/c/d:1", true, true),
            new WorkloadImage("c/Deployment/absent", "example.com/c/d@sha256:f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", false, false));
        var findings = Assert.Single((await Ask(Site(1), Bundles.Facts("B") with { ImageDigests = "0000000000000000 0123456789abcdef" })).Bundles).Findings;
        Assert.Equal([("PullPolicyAlways", Severity.Warning), ("ImageNotHere", Severity.Warning)], findings.Where(f => f.Severity == Severity.Warning).Select(f => (f.Reason, f.Severity)));
        Assert.Contains(": b/Deployment/always.", findings[0].Message, StringComparison.Ordinal);
        Assert.Contains(": c/Deployment/absent.", findings[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_workloads_are_named_and_the_rest_is_counted()
    {
        _workloads.Set([.. Enumerable.Range(10, 25).SelectMany(i => new[] { 1, 2 }.Select(c => new WorkloadImage($"a/Deployment/w{i}", $"example.com/c{c}:1", true, true)))]);
        var finding = Assert.Single((await Ask(Site(1), Bundles.Facts("B"))).Bundles).Findings[0];
        Assert.Contains("a/Deployment/w10, a/Deployment/w11", finding.Message, StringComparison.Ordinal);
        Assert.EndsWith("a/Deployment/w29 and 5 more (25 in all).", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workloads_that_cannot_be_looked_at_are_a_warning()
    {
        _api.Away = true;
        Assert.Equal("WorkloadsUnknown", Assert.Single((await Ask(Site(1), Bundles.Facts("B"))).Bundles).Findings[0].Reason);
    }

    [Theory]
    [InlineData("4.13.9", "4.14.2", "from a registry. It needs the mirror")]
    [InlineData("4.14.2", "4.15.0", "from a registry. It needs the mirror in registries.conf.d of each node. CRI-O of 4.14 cannot pin images")]
    [InlineData("4.18.2", "4.19.0", "from a registry, for 4.18 serves no PinnedImageSet that could name local storage. It needs the mirror")]
    [InlineData("4.20.2", "4.21.0", "from local storage when the pool names a PinnedImageSet, else from a registry. It needs a PinnedImageSet in the pool, or the mirror")]
    [InlineData("4.22.2", "4.23.0", "from local storage, and from a registry when it is not there. It needs the image on each node, or the mirror")]
    [InlineData("4.23.2", "5.0.0", "from local storage, and from a registry when it is not there. It needs the image on each node, or the mirror")]
    public async Task Each_pool_is_told_from_where_its_operating_system_comes(string current, string target, string told)
    {
        var pools = new[] { "master", "worker" }.Select(name => new PoolView(name, name, false, true, false, null, 1, 1, 1)).ToList();
        var state = Site(1) with { Version = Running with { CurrentVersion = current }, Health = new ClusterHealth { Pools = pools } };
        var findings = Assert.Single((await Ask(state, Bundles.Facts("B") with { Version = target })).Bundles).Findings.Where(f => f.Reason == "OsImageSource").ToList();
        Assert.Equal(["MachineConfigPool/master", "MachineConfigPool/worker"], findings.Select(f => f.Subject));
        Assert.All(findings, f => Assert.Equal(Severity.Information, f.Severity));
        Assert.Contains(told, findings[0].Message, StringComparison.Ordinal);
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
