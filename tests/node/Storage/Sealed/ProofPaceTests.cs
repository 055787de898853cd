using Handcarry.Actors.Node;
using System.Globalization;
using Handcarry.Hosts.Node.Native;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Twins;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

public sealed class ProofPaceTests
{
    private const long Floor = 16_000_000;

    [Fact]
    public void A_proof_that_does_not_get_on_gets_louder_step_by_step_and_no_louder_than_others()
    {
        var pace = ProofPace.Quiet.Look(Floor, Floor);
        Assert.Equal(0, pace.Loudness);
        Assert.Equal([1, 2, 2], Looks(pace, 0, Floor - 1, 0));
    }

    [Fact]
    public void It_gets_quieter_when_it_was_twice_as_fast_for_a_minute_without_a_break()
    {
        var pace = ProofPace.Quiet.Look(0, Floor).Look(0, Floor);
        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1], Looks(pace, [.. Enumerable.Repeat(2 * Floor, 5), Floor, .. Enumerable.Repeat(2 * Floor, 7)]));
        Assert.Equal([2, 2, 2, 2, 2, 1, 2], Looks(pace, [.. Enumerable.Repeat(3 * Floor, 6), 0]));
    }

    [Fact]
    public void Without_a_floor_it_waits_for_everybody() => Assert.Equal(0, ProofPace.Quiet.Look(0, 0).Look(0, 0).Loudness);

    [SkippableFact]
    public async Task The_threads_are_as_loud_as_the_pace_says_by_what_the_kernel_knows_of_them()
    {
        Tool.NeedRoot();
        Tool.Need("ionice");
        var time = new ManualTime();
        using var paced = new PacedThreads(2, Floor, new Progress<StoreProgress>(), time);
        // Each takes one and waits for the other, so that it is not the same thread twice.
        using var both = new Barrier(2);
        var threads = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Number, default, TaskCreationOptions.None, paced.Threads)));
        Assert.Equal(2, threads.Distinct().Count());
        await AreAsync(threads, 19, "idle");
        time.Advance(ProofPace.Every);
        await AreAsync(threads, 10, "best-effort: prio 7");
        time.Advance(ProofPace.Every);
        await AreAsync(threads, 0, "best-effort: prio 4");
        for (var look = 1; look <= 6; look++)
        {
            ((IProgress<StoreProofProgress>)paced).Report(new StoreProofProgress(look * 20 * Floor, 1000 * Floor));
            time.Advance(ProofPace.Every);
        }

        await AreAsync(threads, 10, "best-effort: prio 7");

        int Number()
        {
            both.SignalAndWait();
            return LibC.ThreadNumber();
        }
    }

    private static List<int> Looks(ProofPace pace, params long[] rates) => [.. rates.Select(rate => (pace = pace.Look(rate, Floor)).Loudness)];

    private static async Task AreAsync(int[] threads, int nice, string disk)
    {
        foreach (var thread in threads)
        {
            // proc(5): the 19th field of stat, counted behind the name in parentheses, which is the second.
            var stat = await File.ReadAllTextAsync($"/proc/self/task/{thread}/stat");
            Assert.Equal(nice, int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture));
            Assert.Equal(disk, (await Tool.RunAsync("ionice", "-p", $"{thread}")).Trim());
        }
    }
}
