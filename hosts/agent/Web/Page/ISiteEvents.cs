using Handcarry.Actors.Protocol;

namespace Handcarry.Agent.Web.Page;

/// <summary>Where the page's list of events comes from.</summary>
internal interface ISiteEvents
{
    /// <summary>The newest events, newest first; few enough for a page.</summary>
    IReadOnlyList<SiteEvent> Newest { get; }

    /// <summary>Is told of every complete view that is read; where events come from elsewhere it has nothing to do.</summary>
    void Notice(IReadOnlyList<NodeReport> nodes);
}
