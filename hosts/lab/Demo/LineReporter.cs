using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>Plain lines, with the seconds since the start, for output that is no terminal.</summary>
internal sealed class LineReporter(TextWriter output, TimeProvider time) : IReporter
{
    private readonly long _start = time.GetTimestamp();

    public void Tell(Fact fact) => output.WriteLine($"{time.GetElapsedTime(_start).TotalSeconds,6:F1}  {fact.Text}");

    public void Tell(Proof proof)
    {
        output.WriteLine($"{(proof.Holds ? "  ok  " : "FAILED")}  {proof.Fact.Text}");
        output.WriteLine($"          {proof.Command}");
    }

    public Task ShowAsync(Func<Action<SiteView>, Task> work)
    {
        var last = SiteView.None;
        return work(view =>
        {
            foreach (var fact in ProgressFacts.Between(last, view))
                Tell(fact);
            last = view;
        });
    }
}
