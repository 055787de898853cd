using CsCheck;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Scenarios;
using Handcarry.Streams.Signatures;

namespace Handcarry.Actors.Tests.Cluster;

/// <summary>Whatever happens in whatever order, the invariants of the design hold.</summary>
public sealed class SupervisorMachineProperties
{
    private static readonly DateTimeOffset Midnight = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Nodes = ["n1", "n2", "n3"];

    private static readonly ClusterHealth Degraded = new() { Operators = [new OperatorView("dns", null, new ConditionView(true, "SyncError", "It fails."))] };

    // F is the digest of a file with B.
    private static readonly Gen<string> AnyDigest = Gen.OneOf("", "", "", "", "B", "F").Select(letter => letter.Length == 0 ? "" : Bundles.Commitment(letter));

    private static readonly Gen<NodeReport> AnyNodeReport =
        from node in Gen.OneOf(Nodes)
        from stage in Gen.Enum<Stage>()
        from bundle in Gen.OneOf("", "B", "C")
        from epoch in Gen.Long[0, 5]
        from media in Gen.OneOf("", "B", "C", "A", "bad B", "B of F", "C of 0", "?")
        from free in Gen.OneOf(0L, 500_000_000_000L, 500_000_000_000L)
        from serves in Gen.OneOf("old", "old", "old", "B", "C", "B not")
        select new NodeReport
        {
            Node = node,
            Self = new Peer(node, $"akka.ssl.tcp://handcarry@{node}:9240", $"https://{node}:9241/"),
            Stage = stage,
            Epoch = epoch,
            Commitment = bundle.Length == 0 ? "" : Bundles.Commitment(bundle),
            Extracted = stage is Stage.Loading or Stage.Ready,
            FreeForBlobs = free,
            OneFileSystem = true,
            Media = Media(media),
            Serving = serves == "old" ? null : new ServingReport { Commitment = Bundles.Commitment(serves[..1]), Fault = serves == "B not" ? "Nobody answers." : "" },
        };

    private static readonly Gen<SupervisorEvent> AnyReport = Gen.Frequency(
        (3, AnyNodeReport.Select(static report => (SupervisorEvent)new SupervisorEvent.Reported(report))),
        (1, AnyNodeReport.List[2, 6].Select(static reports => (SupervisorEvent)new SupervisorEvent.Reported([.. reports]))));

    private static readonly Gen<SupervisorEvent> AnyEvent = Gen.Frequency<SupervisorEvent>(
        (12, AnyReport),
        (1, Gen.OneOf(Nodes).Select(n => (SupervisorEvent)new SupervisorEvent.Silent(n))),
        (2, AnySpec()),
        (3, AnyVerdict()),
        (1, Gen.Int[0, 24].Select(hour => (SupervisorEvent)new SupervisorEvent.TimePassed(Midnight.AddHours(hour)))),
        (1, Gen.Int[1, 3].Select(n => (SupervisorEvent)new SupervisorEvent.NodesSeen([.. Nodes.Take(n).Select(name => new ClusterNode(name, "amd64", true))]))),
        (2, AnyVersion()),
        (1, Gen.OneOf(null, ClusterHealth.Bare, ClusterHealth.Bare, Degraded).Select(health => (SupervisorEvent)new SupervisorEvent.HealthSeen(health))),
        (1, Gen.Const((SupervisorEvent)new SupervisorEvent.Lost())),
        (2, AnyTake()),
        (3, AnyPreparation()),
        (1, Gen.Const((SupervisorEvent)new SupervisorEvent.AskFailed("AskFailed", "It failed."))));

    [Fact]
    public void The_operator_is_asked_only_when_every_node_is_ready_and_only_by_a_supervisor_that_holds_the_lease() =>
        AnyEvent.List[1, 60].Sample(events => Run(events, (state, effects) =>
        {
            foreach (var ask in effects.OfType<SupervisorEffect.AskUpgrade>())
            {
                Assert.True(state.Acting);
                Assert.NotEmpty(state.Nodes!);
                Assert.All(state.Nodes!.Keys, name =>
                {
                    var report = state.Reports[name];
                    Assert.Equal(ask.Bundle.Commitment, report.Commitment);
                    Assert.True(report.Stage is Stage.Ready or Stage.Upgraded);
                    Assert.True(report.Serving is null || report.Serving == new ServingReport { Commitment = ask.Bundle.Commitment });
                });
            }
        }));

    [Fact]
    public void The_operator_is_asked_only_for_what_is_signed_and_wanted_now_by_a_cluster_that_is_well() =>
        AnyEvent.List[1, 60].Sample(events => Run(events, (state, effects) =>
        {
            foreach (var ask in effects.OfType<SupervisorEffect.AskUpgrade>())
            {
                var spec = state.Spec!;
                Assert.False(spec.Hold || spec.Cancel || state.Wish is { Hold: true });
                Assert.Null(spec.Disagreement);
                Assert.Null(spec.Schedule == UpgradeSchedule.Always ? null : spec.Schedule.WhyNot(state.Now!.Value));
                Assert.Equal((ask.Bundle.Commitment, spec.Trust), (state.Verdict!.Commitment, state.Verdict.Trust));
                Assert.True(state.Verdict.Signature.Valid || spec.Trust.AllowUnsigned);
                Assert.DoesNotContain(state.Health!.Operators, op => op.Degraded is { Status: true });
                Assert.NotEqual(ask.Bundle.Release, state.Version!.DesiredImage);
                Assert.True(state.Pins is { Done: true } pins && pins.Commitment == ask.Bundle.Commitment);
            }
        }));

    [Fact]
    public void A_bundle_is_accepted_only_when_it_is_the_pinned_one_by_its_commitment_or_by_its_file() =>
        Gen.Frequency(
            (4, AnyNodeReport.Select(static report => (SupervisorEvent)new SupervisorEvent.Reported(report with { Node = "n1" }))),
            (2, AnySpec()),
            (1, AnyVersion())).List[1, 30].Sample(events => Run(
            [
                new SupervisorEvent.Took(null),
                new SupervisorEvent.NodesSeen([new ClusterNode("n1", "amd64", true)]),
                new SupervisorEvent.HealthSeen(ClusterHealth.Bare),
                new SupervisorEvent.VersionSeen(new ClusterVersionView("4.12.0", "", "", true, null, null, null, null)),
                .. events,
            ],
            (state, effects) =>
            {
                if (!effects.OfType<SupervisorEffect.Record>().Any(r => r.Event.Reason == "BundleAccepted"))
                    return;
                foreach (var pinned in new[] { state.OwnSpec!.BundleDigest, state.Wish?.Digest ?? "" }.Where(d => d.Length > 0))
                    Assert.Contains(state.Reports.Values.SelectMany(r => r.Media), m => m.Usable && m.Bundle!.IsPinnedBy(pinned));
            }));

    [Fact]
    public void A_request_is_withdrawn_only_when_the_administrator_wants_it_and_the_operator_has_not_begun() =>
        AnyEvent.List[1, 60].Sample(events => Run(events, (state, effects) =>
        {
            foreach (var withdrawn in effects.OfType<SupervisorEffect.WithdrawUpgrade>())
            {
                Assert.True(state.Acting && state.Spec!.Cancel);
                Assert.Equal(withdrawn.Bundle.Release, state.Version!.DesiredImage);
                Assert.NotEqual(withdrawn.Bundle.Release, state.Version.Head?.Image);
                Assert.DoesNotContain(effects, e => e is SupervisorEffect.AskUpgrade);
            }
        }));

    [Fact]
    public void The_upkeep_of_machines_is_paused_exactly_while_nodes_are_busy() =>
        AnyEvent.List[1, 60].Sample(events =>
        {
            bool? paused = null;
            Run(events, (state, effects) =>
            {
                foreach (var effect in effects)
                    paused = effect switch { SupervisorEffect.PauseUpkeep => true, SupervisorEffect.ResumeUpkeep => false, _ => paused };
                if (effects.Count > 0)
                    Assert.Equal(paused, state.Status.Phase is Phase.Carrying or Phase.Loaded or Phase.Upgrading);
            });
        });

    [Fact]
    public void Nothing_is_done_without_the_lease() =>
        AnyEvent.List[1, 60].Sample(events => Run(events, (state, effects) => Assert.True(state.Acting || effects.Count == 0)));

    [Fact]
    public void Nodes_hear_of_a_decision_only_after_the_status_says_it() =>
        AnyEvent.List[1, 60].Sample(events => Run(events, (state, effects) =>
        {
            var write = effects.FindIndex(e => e is SupervisorEffect.WriteStatus);
            var first = effects.FindIndex(e => e is SupervisorEffect.SendPlan or SupervisorEffect.SendStop or SupervisorEffect.AskUpgrade);
            Assert.True(write <= 0, "a write comes first");
            foreach (var plan in effects.OfType<SupervisorEffect.SendPlan>())
                Assert.Equal(state.Status.Epoch, plan.Plan.Epoch);
            Assert.True(first < 0 || write < first);
        }));

    [Fact]
    public void A_supervisor_never_goes_back_to_an_earlier_epoch() =>
        AnyEvent.Where(e => e is not SupervisorEvent.Took).List[1, 60].Sample(events =>
        {
            var epoch = 0L;
            Run([new SupervisorEvent.Took(null), .. events], (state, _) =>
            {
                Assert.True(state.Status.Epoch >= epoch);
                epoch = state.Status.Epoch;
            });
        });

    [Fact]
    public void Random_events_do_lead_to_requests_and_withdrawals()
    {
        var (asked, withdrawn) = (0, 0);
        AnyEvent.List[40, 60].Sample(
            events => Run([new SupervisorEvent.Took(null), new SupervisorEvent.NodesSeen([new ClusterNode("n1", "amd64", true)]), new SupervisorEvent.SpecSeen(new UpgradeSpec(false, "", 1)), .. events], (_, effects) =>
            {
                Interlocked.Add(ref asked, effects.Count(e => e is SupervisorEffect.AskUpgrade));
                Interlocked.Add(ref withdrawn, effects.Count(e => e is SupervisorEffect.WithdrawUpgrade));
            }),
            iter: 2000);
        Assert.True(asked > 0 && withdrawn > 0, $"{asked} requests, {withdrawn} withdrawals");
    }

    private static void Run(IEnumerable<SupervisorEvent> events, Action<SupervisorState, List<SupervisorEffect>> check)
    {
        var state = SupervisorState.Initial with { Health = ClusterHealth.Bare, Workloads = WorkloadFacts.None };
        var prepared = 0;
        foreach (var happened in events)
        {
            (state, var effects) = SupervisorMachine.Step(state, happened);
            check(state, [.. effects]);
            // Two of three preparations are done before anything else happens.
            if (effects.OfType<SupervisorEffect.Prepare>().FirstOrDefault() is { } prepare && ++prepared % 3 != 0)
            {
                (state, effects) = SupervisorMachine.Step(state, new SupervisorEvent.Prepared(new PinnedSets(prepare.Bundle.Commitment)));
                check(state, [.. effects]);
            }
        }
    }

    private static List<MediumReport> Media(string what) => what switch
    {
        "" => [],
        "?" => [new MediumReport("usb", "/dev/usb", null, "InvalidBundle", "It is none.")],
        "bad B" => [new MediumReport("usb", "/dev/usb", Bundles.Facts("B"), "DigestMismatch", "It is damaged.")],
        "B of F" or "C of 0" => [new MediumReport("usb", "/dev/usb", Bundles.Facts(what[..1]) with { FileDigest = Bundles.Commitment(what[^1..]) })],
        _ => [new MediumReport("usb", "/dev/usb", Bundles.Facts(what))],
    };

    private static Gen<SupervisorEvent> AnySpec() =>
        from hold in Gen.OneOf(false, false, true)
        from cancel in Gen.OneOf(false, false, false, true)
        from unsigned in Gen.OneOf(false, false, true)
        from night in Gen.OneOf(false, false, true)
        from pinned in AnyDigest
        select (SupervisorEvent)new SupervisorEvent.SpecSeen(new UpgradeSpec(hold, pinned, 1)
        {
            Cancel = cancel,
            Trust = new TrustSpec { AllowUnsigned = unsigned },
            Schedule = night ? new UpgradeSchedule(null, new TimeOnly(22, 0), new TimeOnly(4, 0)) : UpgradeSchedule.Always,
        });

    private static Gen<SupervisorEvent> AnyPreparation() =>
        from bundle in Gen.OneOf("B", "B", "C")
        from reason in Gen.OneOf("", "", PinnedSets.Waiting, PinnedSets.Failed)
        select (SupervisorEvent)new SupervisorEvent.Prepared(new PinnedSets(Bundles.Commitment(bundle), reason, reason));

    private static Gen<SupervisorEvent> AnyVerdict() =>
        from bundle in Gen.OneOf("B", "B", "C")
        from signed in Gen.OneOf(true, true, false)
        from unsigned in Gen.OneOf(false, false, true)
        select (SupervisorEvent)new SupervisorEvent.ReleaseVerified(new ReleaseVerdict(
            Bundles.Commitment(bundle), new TrustSpec { AllowUnsigned = unsigned }, new SignatureVerdict(signed ? null : "SignatureMissing", "It was looked at.")));

    private static Gen<SupervisorEvent> AnyVersion() =>
        from away in Gen.Int[0, 9]
        from desired in Gen.OneOf("", "", "B")
        from begun in Gen.Bool
        from completed in Gen.Bool
        from accepted in Gen.Bool
        from observed in Gen.Bool
        from wished in Gen.OneOf(false, false, true)
        from held in Gen.Bool
        from pinned in AnyDigest
        select (SupervisorEvent)new SupervisorEvent.VersionSeen(away == 0 ? null : new ClusterVersionView(
            "4.12.0",
            "",
            desired.Length == 0 ? "" : Bundles.Facts(desired).Release,
            observed,
            desired.Length == 0 || !begun ? null : new HistoryEntry("4.12.4", Bundles.Facts(desired).Release, completed),
            new ConditionView(accepted, "RetrievePayload", "It failed."),
            null,
            null)
        {
            Wish = wished ? new DesiredBundle("", pinned, held) : null,
        });

    private static Gen<SupervisorEvent> AnyTake() =>
        from phase in Gen.Enum<Phase>()
        from epoch in Gen.Long[0, 5]
        select (SupervisorEvent)new SupervisorEvent.Took(new UpgradeStatus
        {
            Phase = phase,
            Epoch = epoch,
            Bundle = phase == Phase.Idle ? null : View(Bundles.Facts("B")),
        });

    private static BundleView View(BundleFacts f) => new(f.Commitment, f.InventorySize, f.Version, f.Arch, f.Release, f.Size, f.UnpackedSize, f.Images, "n1");
}
