using System.Collections.Concurrent;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;
using Handcarry.Agent.Clients;
using Handcarry.Agent.Receipts;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Media.Receipts;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;
using Handcarry.Streams.Registry;
using Handcarry.Twins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Agent.Tests.Receipts;

public sealed class ReceiptDeskTests : IAsyncLifetime
{
    private static readonly ReceiptRequest Request = ReceiptRequest.For(Digest.Of("a bundle"u8));
    private static readonly BlockDeviceFacts Stick = new() { Node = "/dev/sdb2", Major = 8, Minor = 18, Size = 16 << 20, DiskSequence = 7, FileSystem = "ext4", Label = ReceiptRequest.Label };

    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-receipts-").FullName;
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("the site", TimeSpan.FromHours(1));
    private readonly IssuedCertificate _certificate;
    private readonly ManualTime _time = new();
    private readonly SiteBoard _board;
    private readonly FactLog _facts;
    private readonly ReceiptDesk _desk;
    private readonly ConcurrentQueue<(string Node, byte[] File)> _written = new();
    private Exception? _refusal;
    private UpgradeStatus _status = Status(Phase.Carrying);

    public ReceiptDeskTests()
    {
        _time.Advance(DateTimeOffset.UtcNow - _time.GetUtcNow());
        _board = new SiteBoard(_time);
        _board.AskBy(_ => Task.FromResult(new StatusReply("node-1", true, "4.17.12", _status, [])));
        _facts = FactLog.Open(_folder, "node-1", _time);
        _certificate = _authority.Issue("node-1", ["127.0.0.1"], TimeSpan.FromHours(1));
        _desk = Desk();
    }

    public Task InitializeAsync() => _desk.StartAsync(default);

    public async Task DisposeAsync()
    {
        await _desk.StopAsync(default);
        _desk.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_stick_gets_its_receipt_when_there_is_a_result_and_not_before()
    {
        _desk.Wished(Stick, new ReceiptWish(Request, null));
        _facts.Add(false, "PhaseChanged", "Phase Completed 4.16.1.");
        _facts.Add(false, "PhaseChanged", "Phase Judging 4.17.12.");
        Hear(Phase.Carrying);
        Hear(Phase.Upgrading);
        Assert.Empty(_written);
        _facts.Add(false, "PhaseChanged", "Phase Completed 4.17.12.");
        Hear(Phase.Completed);

        await WrittenAsync(1);
        var receipt = Read(_written.Single().File);
        Assert.Equal((Request.Nonce, Request.Bundle, "4.17.12", "Completed", "the cluster", "node-1"), (receipt.Nonce, receipt.Bundle, receipt.Version, receipt.Result, receipt.Cluster, receipt.SignedBy));
        Assert.Equal([new ReceiptNode("node-1", "Upgraded"), new ReceiptNode("node-2", "Loading", "NoSpace", "It is full.")], receipt.Nodes);
        Assert.Equal(["Phase Judging 4.17.12.", "Phase Completed 4.17.12."], receipt.Events.Select(e => e.Message));
        Assert.Equal((receipt.Events[0].At, receipt.Events[1].At), (receipt.Began, receipt.Ended));
        await Eventually.HoldsAsync(
            () => _facts.Page(0, null).Facts.Any(fact => fact.Reason == Reasons.ReceiptWritten && fact.Message.Contains("/dev/sdb2", StringComparison.Ordinal)), "it is an event");
    }

    [Fact]
    public async Task A_stick_that_is_inserted_later_gets_it_too_and_one_that_has_it_is_left_alone()
    {
        Hear(Phase.Completed);
        _desk.Wished(Stick, new ReceiptWish(Request, null));
        await WrittenAsync(1);
        var file = _written.Single().File;

        // As the stick is looked at again after it was written to, and after it was inserted again.
        _desk.Wished(Stick, new ReceiptWish(Request, file));
        _desk.Gone(Stick);
        _desk.Wished(Stick with { DiskSequence = 8 }, new ReceiptWish(Request, file));
        Hear(Phase.Completed);
        // What comes after all of that is written, and nothing before it.
        _desk.Wished(Stick with { Node = "/dev/sdc2" }, new ReceiptWish(Request, null));
        await WrittenAsync(2);
        Assert.Equal(["/dev/sdb2", "/dev/sdc2"], _written.Select(one => one.Node));
    }

    [Fact]
    public async Task Another_result_replaces_the_first()
    {
        _desk.Wished(Stick, new ReceiptWish(Request, null));
        Assert.Equal((ReceiptState.Owed, ReceiptState.None), (_desk.StateOf(Request.Bundle), _desk.StateOf("another")));
        Hear(Phase.Failed, "UpgradeFailing");
        await WrittenAsync(1);
        await Eventually.HoldsAsync(() => _desk.StateOf(Request.Bundle) == ReceiptState.Given, "the stick may go");
        Hear(Phase.Upgrading);
        Assert.Equal(ReceiptState.Given, _desk.StateOf(Request.Bundle));
        Hear(Phase.Completed);
        await WrittenAsync(2);
        await Eventually.HoldsAsync(() => _desk.StateOf(Request.Bundle) == ReceiptState.Given, "the stick may go");
        _desk.Gone(Stick);
        Assert.Equal(ReceiptState.None, _desk.StateOf(Request.Bundle));
        Assert.Equal(["Failed", "Completed"], _written.Select(one => Read(one.File).Result));
    }

    [Fact]
    public async Task Receipts_of_others_and_of_other_sticks_do_not_count()
    {
        using var stranger = CertificateAuthority.Create("another site", TimeSpan.FromHours(1));
        using var agent = stranger.Issue("node-1", ["127.0.0.1"], TimeSpan.FromHours(1));
        Hear(Phase.Completed);
        _desk.Wished(Stick, new ReceiptWish(Request, null));
        await WrittenAsync(1);
        var receipt = Read(_written.Single().File);
        _desk.Gone(Stick);
        _desk.Wished(Stick, new ReceiptWish(Request, SignedReceipt.Sign(receipt, agent.Certificate, [stranger.Certificate])));
        await WrittenAsync(2);
        _desk.Gone(Stick);
        _desk.Wished(Stick, new ReceiptWish(Request, SignedReceipt.Sign(receipt with { Nonce = "ffffffffffffffff" }, _certificate.Certificate, [_authority.Certificate])));
        await WrittenAsync(3);
    }

    [Fact]
    public async Task Sticks_that_ask_about_another_bundle_get_nothing()
    {
        _desk.Wished(Stick, new ReceiptWish(ReceiptRequest.For(Digest.Of("another"u8)), null));
        Hear(Phase.Completed);
        _desk.Wished(Stick with { Node = "/dev/sdc2" }, new ReceiptWish(Request, null));
        await WrittenAsync(1);
        Assert.Equal("/dev/sdc2", _written.Single().Node);
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_once_and_tried_again()
    {
        _refusal = new ContentException(Reasons.ReceiptNotWritten, "There is a switch.");
        _desk.Wished(Stick, new ReceiptWish(Request, null));
        Hear(Phase.Completed);
        await WrittenAsync(1);
        Hear(Phase.Completed);
        await WrittenAsync(2);
        _refusal = null;
        Hear(Phase.Completed);
        await WrittenAsync(3);
        await Eventually.HoldsAsync(() => _facts.Page(0, null).Facts.Any(fact => fact.Reason == Reasons.ReceiptWritten), "the third is on the stick");
        Assert.Single(_facts.Page(0, null).Facts, fact => fact.Reason == Reasons.ReceiptNotWritten);
    }

    private ReceiptDesk Desk() => new(
        "node-1",
        _board,
        new PeerIdentity(_certificate.Certificate, _authority.Certificate),
        _facts,
        _ => Task.FromResult("the cluster"),
        (device, file) =>
        {
            _written.Enqueue((device.Node, file));
            if (_refusal is { } refusal)
                throw refusal;
        },
        _time,
        NullLogger<ReceiptDesk>.Instance);

    private Task WrittenAsync(int count) => Eventually.HoldsAsync(() => _written.Count == count, $"{count} are written");

    private Receipt Read(byte[] file) => SignedReceipt.Verify(file, [_authority.Certificate]).Receipt;

    // A reading is good for a second.
    private void Hear(Phase phase, string reason = "")
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        _status = Status(phase) with { Reason = reason };
        _board.Hear(new SiteSummary { Supervisor = "node-1", Acting = true, Phase = phase, Reason = reason, BundleVersion = "4.17.12", Commitment = Request.Bundle });
    }

    private static UpgradeStatus Status(Phase phase) => new()
    {
        Phase = phase,
        Bundle = new BundleView(Request.Bundle, 1, "4.17.12", "x86_64", "quay.io/r@sha256:" + new string('b', 64), 1, 1, 1, "node-1"),
        Nodes = [new NodeView("node-1", Stage.Upgraded, 1, 1, true, true), new NodeView("node-2", Stage.Loading, 1, 0, true, false, "NoSpace", "It is full.")],
    };
}
