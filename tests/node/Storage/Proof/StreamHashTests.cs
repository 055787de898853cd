using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class StreamHashTests
{
    private const int Length = (9 << 20) + 12345;

    private static readonly byte[] Content = MakeContent();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void The_digest_is_that_of_all_bytes_in_their_order_however_they_come_and_whoever_hashes_them(int cores)
    {
        var free = new SemaphoreSlim(cores);
        for (var seed = 0; seed < 3; seed++)
        {
            using var hash = new StreamHash(free);
            Fill(hash, seed);
            Assert.Equal(Digest.Of(Content), hash.Finish());
        }
    }

    [Fact]
    public void Nothing_at_all_has_a_digest()
    {
        using var hash = new StreamHash(new SemaphoreSlim(1));
        Assert.Equal(Digest.Of([]), hash.Finish());
    }

    [Fact]
    public async Task A_helper_that_gets_no_thread_holds_nobody_up_and_gives_its_core_back_in_the_end()
    {
        // One task at a time: who helps cannot begin before the one that fills has ended.
        var alone = new TaskFactory(new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);
        var free = new SemaphoreSlim(1);
        var digest = await alone.StartNew(() =>
        {
            using var hash = new StreamHash(free);
            Fill(hash, 1);
            return hash.Finish();
        });

        Assert.Equal(Digest.Of(Content), digest);
        await Eventually.HoldsAsync(() => free.CurrentCount == 1, "the core is given back");
    }

    [Fact]
    public async Task One_that_is_given_up_in_the_middle_leaves_its_core_to_others()
    {
        var free = new SemaphoreSlim(1);
        using (var hash = new StreamHash(free))
            Fill(hash, 2);
        await Eventually.HoldsAsync(() => free.CurrentCount == 1, "the core is given back");
    }

    /// <summary>Pieces of all sizes: headers that are copied, and files that are read in place.</summary>
    private static void Fill(StreamHash hash, int seed)
    {
        var random = new Random(seed);
        for (var done = 0; done < Length;)
        {
            var length = Math.Min(Length - done, random.Next(random.Next(2) == 0 ? 600 : 3 << 20));
            if (random.Next(2) == 0)
            {
                hash.Append(Content.AsSpan(done, length));
            }
            else
            {
                var room = hash.Room;
                length = Math.Min(length, room.Length);
                Content.AsSpan(done, length).CopyTo(room);
                hash.Advance(length);
            }
            done += length;
        }
    }

    private static byte[] MakeContent()
    {
        var content = new byte[Length];
        new Random(7).NextBytes(content);
        return content;
    }
}
