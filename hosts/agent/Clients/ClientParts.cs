using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Agent.Clients;

/// <summary>What answering clients takes.</summary>
/// <param name="Node">This node.</param>
/// <param name="Access">Who may what.</param>
/// <param name="Audit">Where it is told.</param>
/// <param name="Site">What is known of the site.</param>
/// <param name="Facts">What this node remembers.</param>
/// <param name="Log">The last lines of its log.</param>
/// <param name="Settings">Its versions and settings, without secrets.</param>
internal sealed record ClientParts(
    string Node, ClientAccess Access, ClientAudit Audit, SiteBoard Site, FactLog Facts, LogRing Log, IReadOnlyList<string> Settings)
{
    /// <summary>Has the supervisor judge a bundle; throws <see cref="TimeoutException"/> when it does not answer.</summary>
    public required Func<JudgeBundle, CancellationToken, Task<Judgement>> Judge { get; init; }

    /// <summary>Changes the spec with a user's token.</summary>
    public required Func<string, SpecChange, CancellationToken, ValueTask> ChangeSpec { get; init; }

    /// <summary>Has this node forget what has gone wrong.</summary>
    public required Action Retry { get; init; }

    /// <summary>Issues a client's certificate: user, signing request; null when this site's agents have no authority. Throws <see cref="System.Security.Cryptography.CryptographicException"/> for a request that is none.</summary>
    public required Func<string, string, CancellationToken, Task<ClientCertificate?>> Issue { get; init; }

    /// <summary>Asks the agent at an actor system's address; throws <see cref="TimeoutException"/> when it does not answer.</summary>
    public required Func<string, ClientRequest, CancellationToken, Task<ClientReply>> Relay { get; init; }
}
