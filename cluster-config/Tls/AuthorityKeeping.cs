namespace Handcarry.ClusterConfig.Tls;

/// <summary>
/// Where the site's authority is kept: for all agents the same, readable by no one else. Each of the three throws when the place cannot be reached.
/// </summary>
/// <param name="Read">What is kept there; null when nothing is yet.</param>
/// <param name="TryCreate">Keeps the first one, atomically: true for one caller, false for all others.</param>
/// <param name="TryReplace">Puts new entries in place of those that were read, whose version comes along; false when somebody else was faster.</param>
public sealed record AuthorityKeeping(
    Func<CancellationToken, ValueTask<KeptAuthority?>> Read,
    Func<IReadOnlyDictionary<string, string>, CancellationToken, ValueTask<bool>> TryCreate,
    Func<KeptAuthority, CancellationToken, ValueTask<bool>> TryReplace);
