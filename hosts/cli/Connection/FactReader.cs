using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Connection;

/// <summary>Reads what the nodes remember, each from where it was left, and merges it in the order of time.</summary>
/// <param name="api">The agents.</param>
/// <param name="since">From when on; null for all.</param>
internal sealed class FactReader(IUpgradeApi api, DateTimeOffset? since)
{
    private const int AtOnce = 16;

    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);

    /// <summary>What is new, and which nodes did not answer, with the reason. Throws <see cref="CliException"/> when nobody answers.</summary>
    public async Task<(IReadOnlyList<SiteFact> Facts, IReadOnlyList<ClientReply> Silent)> NextAsync(CancellationToken cancellationToken)
    {
        var nodes = await Nodes.NamesAsync(api, cancellationToken);
        var facts = new List<SiteFact>();
        var silent = new List<ClientReply>();
        foreach (var some in nodes.Chunk(AtOnce))
        {
            foreach (var (node, found, why) in await Task.WhenAll(some.Select(node => ReadAsync(node, cancellationToken))))
            {
                facts.AddRange(found);
                if (found.Count > 0)
                    _read[node] = found[^1].Number;
                if (why is not null)
                    silent.Add(why);
            }
        }
        return ([.. facts.OrderBy(fact => fact.At).ThenBy(fact => fact.Node, StringComparer.Ordinal).ThenBy(fact => fact.Number)], silent);
    }

    private async Task<(string Node, List<SiteFact> Facts, ClientReply? Silent)> ReadAsync(string node, CancellationToken cancellationToken)
    {
        var found = new List<SiteFact>();
        while (true)
        {
            var after = found.Count > 0 ? found[^1].Number : _read.GetValueOrDefault(node);
            var reply = await api.AskAsync(new ClientCommand(ClientVerb.Facts, node) { After = after, Since = since }, cancellationToken);
            if (reply.Reason.Length > 0)
                return (node, found, reply with { Node = node });
            found.AddRange(reply.Facts);
            if (!reply.More || reply.Facts.Count == 0)
                return (node, found, null);
        }
    }
}
