namespace Handcarry.Agent.Web.Page;

/// <summary>Something that has happened at the site.</summary>
/// <param name="At">When, by this node's clock.</param>
/// <param name="Node">Node that it happened to; empty when to the whole site.</param>
/// <param name="What">For people.</param>
/// <param name="Reason">Reason word, or empty.</param>
internal sealed record SiteEvent(DateTimeOffset At, string Node, string What, string Reason = "");
