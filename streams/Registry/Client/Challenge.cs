using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// What a registry wants to be shown (RFC 9110, section 11.6.1): <c>Basic</c>, or <c>Bearer</c> with the server that gives tokens
/// (distribution specification of the Docker registry, "Token Authentication").
/// </summary>
/// <param name="Realm">Where to get a token; null for <c>Basic</c>.</param>
/// <param name="Service">The registry's name at that server.</param>
/// <param name="Scope">What the token must allow, when the registry says.</param>
internal sealed record Challenge(Uri? Realm, string? Service, string? Scope)
{
    /// <summary>The one to answer; tokens before passwords, as RFC 9110 wants the strongest. Null when none is known.</summary>
    /// <param name="challenges">As the platform took them apart; it leaves the parameters of each in one text.</param>
    public static Challenge? Choose(IEnumerable<AuthenticationHeaderValue> challenges)
    {
        Challenge? basic = null;
        foreach (var challenge in challenges)
        {
            if (string.Equals(challenge.Scheme, "Basic", StringComparison.OrdinalIgnoreCase))
                basic ??= new Challenge(null, null, null);
            else if (string.Equals(challenge.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase) && TryBearer(challenge.Parameter, out var bearer))
                return bearer;
        }

        return basic;
    }

    /// <summary>
    /// Takes <c>name=token, name="quoted \" text"</c> apart; names are compared without regard to case, and of a name that comes twice the first
    /// counts. False when the text is not of that form.
    /// </summary>
    internal static bool TryReadParameters(string? text, out Dictionary<string, string> parameters)
    {
        parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = text.AsSpan();
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            if (rest.IsEmpty)
                return parameters.Count > 0;
            var equals = rest.IndexOf('=');
            if (equals <= 0)
                return false;
            var name = rest[..equals].TrimEnd(" \t");
            rest = rest[(equals + 1)..].TrimStart(" \t");
            if (!TryReadValue(ref rest, out var value))
                return false;
            parameters.TryAdd(name.ToString(), value);
            rest = rest.TrimStart(" \t");
            if (!rest.IsEmpty && rest[0] != ',')
                return false;
        }
    }

    private static bool TryReadValue(ref ReadOnlySpan<char> rest, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (rest.IsEmpty || rest[0] != '"')
        {
            var end = rest.IndexOfAny(" \t,");
            value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? [] : rest[end..];
            return value.Length > 0;
        }

        var text = new System.Text.StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '"')
            {
                value = text.ToString();
                rest = rest[(i + 1)..];
                return true;
            }

            if (rest[i] == '\\' && ++i == rest.Length)
                return false;
            text.Append(rest[i]);
        }

        return false;
    }

    private static bool TryBearer(string? text, [NotNullWhen(true)] out Challenge? challenge)
    {
        challenge = null;
        if (!TryReadParameters(text, out var parameters)
            || !Uri.TryCreate(parameters.GetValueOrDefault("realm"), UriKind.Absolute, out var realm)
            || (realm.Scheme != Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttp))
            return false;
        challenge = new Challenge(realm, parameters.GetValueOrDefault("service"), parameters.GetValueOrDefault("scope"));
        return true;
    }
}
