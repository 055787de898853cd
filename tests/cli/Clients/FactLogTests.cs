using Handcarry.Agent.Clients;

namespace Handcarry.Cli.Tests.Clients;

public sealed class FactLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_agent_that_starts_again_remembers_and_goes_on_counting()
    {
        Open().Add(true, "NoSpace", "Full.");
        Assert.Equal(2, Open().Add(false, "Resolved", "Over.").Number);
        Assert.Equal(["NoSpace", "Resolved"], Open().Page(0, null).Facts.Select(fact => fact.Reason));
        Assert.Equal(["Resolved"], Open().Page(1, null).Facts.Select(fact => fact.Reason));
    }

    [Fact]
    public void A_line_that_a_power_loss_has_cut_takes_no_other_with_it()
    {
        Open().Add(false, "StageChanged", "one");
        Open().Add(false, "StageChanged", "two");
        var file = _folder["facts.jsonl"];
        File.WriteAllText(file, File.ReadAllText(file)[..^9]);
        Open().Add(false, "StageChanged", "three");
        Assert.Equal(["one", "three"], Open().Page(0, null).Facts.Select(fact => fact.Message));
    }

    [Fact]
    public void It_never_takes_more_than_two_files_and_keeps_the_newest()
    {
        var log = Open();
        var text = new string('x', 1500);
        for (var i = 0; i < 800; i++)
            log.Add(false, "StageChanged", text);
        Assert.InRange(Directory.GetFiles(_folder.Path).Sum(one => new FileInfo(one).Length), FactLog.FileLimit, 2 * FactLog.FileLimit);
        Assert.Equal(800, Newest(log));
        Assert.Equal(800, Newest(Open()));
    }

    private static long Newest(FactLog log)
    {
        var last = 0L;
        while (log.Page(last, null) is { Facts.Count: > 0 } page)
            last = page.Facts[^1].Number;
        return last;
    }

    private FactLog Open() => FactLog.Open(_folder.Path, "node-1", TimeProvider.System);
}
