using Akka.Actor;
using Handcarry.Actors.Node;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Tests.Samples;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Twins;
using Handcarry.Twins.Node;

namespace Handcarry.Actors.Tests.Node;

/// <summary>A node's agent that is started on a node which has something already.</summary>
public sealed class NodeAgentStartTests : NodeAgentTestKit
{
    [Fact]
    public async Task What_the_disk_has_changed_meanwhile_is_found_and_brought_in_again_and_then_the_node_is_ready()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Stage == Stage.Ready);
        await StopAsync(agent);
        var inventory = await InventoryFile.ReadAsync(Blobs, Digest.Parse(facts.Commitment), new BundleLimits(), default);
        var large = inventory.Blobs.MaxBy(static blob => blob.Size)!;
        var small = inventory.Blobs[inventory.Images[0].Manifest];
        Flip(large.Digest, large.Size - 1);
        File.Delete(PathOf(small.Digest));

        Checks = new HashingBlobChecks(Blobs);
        agent = Start("again");
        var found = await ReportAsync(r => r is { Reason: Reasons.DigestMismatch, Media.Count: 1, Extracted: false } && r.BytesHeld == facts.Size - large.Size - small.Size && r.Message.Contains(large.Digest.ToString(), StringComparison.Ordinal));
        Assert.False(Blobs.Contains(large.Digest));
        agent.Tell(new CarryPlan(2, facts, found.Media[0].Id, null), Supervisor.Ref);
        var ready = await ReportAsync(r => r.Stage == Stage.Ready);

        Assert.Equal((true, facts.Size, ""), (ready.Extracted, ready.BytesHeld, ready.Reason));
        Assert.Equal(large.Digest, Digest.Of(await File.ReadAllBytesAsync(PathOf(large.Digest))));
    }

    [Fact]
    public async Task An_inventory_that_is_damaged_is_one_that_is_not_there()
    {
        var (facts, bytes) = await ABundle.WriteAsync();
        var agent = await CarryAsync(facts, bytes);
        await ReportAsync(r => r.Stage == Stage.Ready);
        await StopAsync(agent);
        Flip(Digest.Parse(facts.Commitment), 0);

        agent = Start("again");
        var found = await ReportAsync(r => r is { Stage: Stage.Receiving, BytesHeld: 0, Media.Count: 1 });
        await AwaitConditionAsync(() => Task.FromResult(!Blobs.Contains(Digest.Parse(facts.Commitment))), Eventually.Deadline);
        agent.Tell(new CarryPlan(2, facts, found.Media[0].Id, null), Supervisor.Ref);
        await ReportAsync(r => r.Stage == Stage.Ready && r.BytesHeld == facts.Size);
    }

    private async Task StopAsync(IActorRef agent)
    {
        Watch(agent);
        Sys.Stop(agent);
        await ExpectTerminatedAsync(agent, Eventually.Deadline);
    }

    private string PathOf(Digest digest) => Path.Combine(Blobs.BlobsPath, "sha256", digest.Hex);

    private void Flip(Digest digest, long offset)
    {
        using var file = new FileStream(PathOf(digest), FileMode.Open, FileAccess.ReadWrite) { Position = offset };
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 1));
    }
}
