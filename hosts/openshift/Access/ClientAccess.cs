using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Handcarry.Actors.Cluster;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>
/// Who may ask an agent for what: the cluster is asked, and its answer remembered for half a minute, under the token's hash. While the cluster cannot be asked, as when its
/// only node is being upgraded, those who were allowed to read within the last hour still are; nobody may change anything. Safe for any thread.
/// </summary>
/// <param name="reviews">How the cluster is asked.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
public sealed class ClientAccess(IAccessReview reviews, TimeProvider time)
{
    /// <summary>Answers remembered at most; the oldest goes first.</summary>
    public const int MostRemembered = 256;

    /// <summary>Characters of a token at most: those with many claims have some thousands, and the wire takes no more than 128,000 bytes.</summary>
    public const int LongestToken = 16_384;

    /// <summary>Questions to the cluster at once at most, so that strangers cannot use an agent to flood it.</summary>
    private const int MostAsking = 4;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Token, ClientRight Right), (AccessDecision Decision, long At)> _known = [];
    private readonly SemaphoreSlim _asking = new(MostAsking);

    /// <summary>Decides; never throws for what the token or the cluster is like.</summary>
    public async ValueTask<AccessDecision> DecideAsync(string token, ClientRight right, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(token))
            return new AccessDecision("", ClientReasons.TokenMissing, "The request carries no token: log in to the cluster (oc login), or set HANDCARRY_TOKEN.");
        if (token.Length > LongestToken || token.Any(char.IsControl))
            return Stranger();
        var key = (Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token))), right);
        if (Known(key, Fresh) is { } fresh)
            return fresh;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (Known(key, Fresh) is { } meanwhile)
                return meanwhile;
            var decision = await AskAsync(token, right, cancellationToken);
            Remember(key, decision);
            return decision;
        }
        catch (ApiUnavailableException e)
        {
            if (right == ClientRight.Read && Known(key, Stale) is { Allowed: true } before)
                return before;
            return new AccessDecision("", ClientReasons.AccessUnknown, right == ClientRight.Read
                ? $"The cluster cannot be asked who you are, and you have not been allowed here within the last hour; try again when its API answers. {e.Message}"
                : $"The cluster cannot be asked whether you may, so nothing is changed; try again when its API answers. {e.Message}");
        }
        finally
        {
            _asking.Release();
        }
    }

    private async ValueTask<AccessDecision> AskAsync(string token, ClientRight right, CancellationToken cancellationToken)
    {
        if (await reviews.WhoAsync(token, cancellationToken) is not { } user)
            return Stranger();
        return await reviews.MayAsync(user, right, cancellationToken)
            ? new AccessDecision(user.Name)
            : new AccessDecision(user.Name, ClientReasons.NotAllowed, right == ClientRight.Read
                ? $"{user.Name} may not read the upgrade: it needs the right to get bundleupgrades.handcarry.dev, which an administrator gives by a role."
                : $"{user.Name} may not change the upgrade: it needs the right to patch bundleupgrades.handcarry.dev, which an administrator gives by a role.");
    }

    private static AccessDecision Stranger() =>
        new("", ClientReasons.TokenRefused, "The cluster does not know this token, or it has expired: log in to this cluster again (oc login).");

    private AccessDecision? Known((string, ClientRight) key, TimeSpan within)
    {
        lock (_gate)
            return _known.TryGetValue(key, out var known) && time.GetElapsedTime(known.At) < within ? known.Decision : null;
    }

    private void Remember((string, ClientRight) key, AccessDecision decision)
    {
        lock (_gate)
        {
            if (!_known.ContainsKey(key) && _known.Count >= MostRemembered)
                _known.Remove(_known.MinBy(one => one.Value.At).Key);
            _known[key] = (decision, time.GetTimestamp());
        }
    }
}
