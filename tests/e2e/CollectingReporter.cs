using Handcarry.Lab.Demo;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>Keeps what a demo tells.</summary>
internal sealed class CollectingReporter : IReporter
{
    public List<Fact> Facts { get; } = [];

    public List<Proof> Proofs { get; } = [];

    public void Tell(Fact fact) => Facts.Add(fact);

    public void Tell(Proof proof) => Proofs.Add(proof);

    public Task ShowAsync(Func<Action<SiteView>, Task> work) => work(static _ => { });

    /// <summary>Fails with the sentences of the proofs that do not hold.</summary>
    public void AssertAllHold()
    {
        Assert.NotEmpty(Proofs);
        Assert.Empty(Proofs.Where(static proof => !proof.Holds).Select(static proof => proof.Fact.Text));
    }
}
