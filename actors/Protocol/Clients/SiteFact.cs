namespace Handcarry.Actors.Protocol.Clients;

/// <summary>Something that happened on a node, as that node remembers it across restarts.</summary>
/// <param name="Node">The node.</param>
/// <param name="Number">Grows by one with each fact of the node.</param>
/// <param name="At">When, by the node's clock.</param>
/// <param name="Warning">Whether somebody should look at it.</param>
/// <param name="Reason">Reason word.</param>
/// <param name="Message">One sentence.</param>
public sealed record SiteFact(string Node, long Number, DateTimeOffset At, bool Warning, string Reason, string Message);
