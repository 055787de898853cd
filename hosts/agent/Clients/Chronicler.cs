using Handcarry.Actors.Protocol;
using Handcarry.Actors.Site;

namespace Handcarry.Agent.Clients;

/// <summary>Writes down what happens to this node, and, on the node that hosts the supervisor, what happens to the whole upgrade. Safe for any thread.</summary>
internal sealed class Chronicler(string node, FactLog facts)
{
    private readonly Lock _gate = new();
    private NodeReport? _report;
    private SiteSummary? _summary;

    /// <summary>Listens to what the node knows of itself and of the site.</summary>
    public static void Attach(SiteBoard site, string node, FactLog facts)
    {
        var chronicler = new Chronicler(node, facts);
        site.Reported += chronicler.Hear;
        site.Heard += chronicler.Hear;
    }

    public void Hear(NodeReport report)
    {
        lock (_gate)
        {
            foreach (var (warning, reason, message) in SiteChronicle.Between(_report, report))
                facts.Add(warning, reason, message);
            _report = report;
        }
    }

    public void Hear(SiteSummary summary)
    {
        lock (_gate)
        {
            // Every agent hears it; one writes it down.
            if (summary.Supervisor == node)
            {
                foreach (var (warning, reason, message) in SiteChronicle.Between(_summary, summary))
                    facts.Add(warning, reason, message);
            }
            _summary = summary;
        }
    }
}
