using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Registry;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Replication;

public sealed class RelayTests
{
    [Fact]
    public async Task The_last_node_of_a_chain_has_the_first_chunk_before_the_first_node_has_the_second()
    {
        var authority = new TestAuthority();
        await using var first = await TestNode.StartAsync(authority, "node-1");
        await using var middle = await TestNode.StartAsync(authority, "node-2");
        await using var last = await TestNode.StartAsync(authority, "node-3");
        var bytes = Bytes(3 * Chunk + 1234);
        var spec = Spec(bytes);

        // The first node reads from a medium as slow as the test wants.
        await using var medium = await first.Store.BeginAsync(spec, default);
        medium!.Append(bytes.AsSpan(0, Chunk));
        var begun = new TaskCompletionSource();
        var toMiddle = middle.Draw().DrawAsync(spec, first.AsHolder, begun.SetResult, default);
        await begun.Task.InTime();
        var toLast = last.Draw().DrawAsync(spec, middle.AsHolder, null, default);
        for (var have = Chunk; have < bytes.Length; have = Math.Min(have + Chunk, bytes.Length))
        {
            await VerifiedAsync(last, spec, have);
            Assert.Equal(have, medium.Verified);
            medium.Append(bytes.AsSpan(have, Math.Min(Chunk, bytes.Length - have)));
        }

        await medium.CompleteAsync(default);
        Assert.Equal(bytes.Length, await toMiddle.InTime());
        Assert.Equal(bytes.Length, await toLast.InTime());
        foreach (var node in new[] { middle, last })
        {
            using var source = node.Store.TryOpen(spec.Digest);
            Assert.Equal(bytes, ReadAll(source!));
            Assert.Equal(bytes.Length, node.Counters.BytesDrawn);
        }

        await Until.TrueAsync(() => first.Counters.BytesSent == bytes.Length, "the first node has sent each byte once");
        await Until.TrueAsync(() => first.Pool.Out + middle.Pool.Out + last.Pool.Out == 0, "all buffers are back");
    }

    [Fact]
    public async Task When_the_first_node_fails_the_whole_chain_hears_of_it_and_goes_on_later()
    {
        var authority = new TestAuthority();
        await using var first = await TestNode.StartAsync(authority, "node-1");
        await using var middle = await TestNode.StartAsync(authority, "node-2");
        await using var last = await TestNode.StartAsync(authority, "node-3");
        var bytes = Bytes(2 * Chunk);
        var spec = Spec(bytes);
        var medium = await first.Store.BeginAsync(spec, default);
        medium!.Append(bytes.AsSpan(0, Chunk));
        var begun = new TaskCompletionSource();
        var toMiddle = middle.Draw().DrawAsync(spec, first.AsHolder, begun.SetResult, default);
        await begun.Task.InTime();
        var toLast = last.Draw().DrawAsync(spec, middle.AsHolder, null, default);
        await VerifiedAsync(last, spec, Chunk);
        await medium.DisposeAsync();
        await Assert.ThrowsAsync<ContentException>(() => toMiddle.InTime());
        await Assert.ThrowsAsync<ContentException>(() => toLast.InTime());

        await StoreAsync(first.Store, bytes);
        Assert.Equal(Chunk, await middle.Draw().DrawAsync(spec, first.AsHolder, null, default).InTime());
        Assert.Equal(Chunk, await last.Draw().DrawAsync(spec, middle.AsHolder, null, default).InTime());
        await Until.TrueAsync(() => first.Pool.Out + middle.Pool.Out + last.Pool.Out == 0, "all buffers are back");
    }

    private static async Task VerifiedAsync(TestNode node, BlobSpec spec, long atLeast)
    {
        await Until.TrueAsync(() => node.Counters.BytesDrawn > 0, "the draw has begun");
        using var source = node.Store.TryOpen(spec.Digest);
        await source!.WaitBeyondAsync(atLeast - 1, default).AsTask().InTime();
    }
}
