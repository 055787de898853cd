using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Handcarry.Lab.Api.Access;

/// <summary>The bearer tokens that are known, and whose they are.</summary>
internal sealed class CallerTokens
{
    private readonly ConcurrentDictionary<string, Caller> _callers = new(StringComparer.Ordinal);

    public static string Random() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public void Add(string token, Caller caller) => _callers[token] = caller;

    /// <summary>Null for a token that is not known.</summary>
    public Caller? Find(string token) => _callers.GetValueOrDefault(token);
}
