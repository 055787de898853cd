using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>Who is told what the demo finds out.</summary>
internal interface IReporter
{
    /// <summary>Tells a fact.</summary>
    void Tell(Fact fact);

    /// <summary>Tells what was proved, and how to see it oneself.</summary>
    void Tell(Proof proof);

    /// <summary>Shows how the upgrade goes while <paramref name="work"/> runs and calls what it is given.</summary>
    Task ShowAsync(Func<Action<SiteView>, Task> work);
}
