using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Registry.Client;

/// <summary>
/// What registries are shown: user and password, or a token of the server they name (Docker registry, "Token Authentication" and "OAuth2 Token
/// Authentication"). Tokens are kept until shortly before they expire; whoever needs one that is just being fetched waits for it.
/// </summary>
internal sealed class RegistryTokens(RegistryTransport transport, AuthFile? auth, TimeProvider time) : IDisposable
{
    private const int MaxBytes = 1 << 20;

    // "For compatibility with older clients, a token should never be returned with less than 60 seconds to live"; also what absence means.
    private const int ShortestLife = 60;

    private readonly ConcurrentDictionary<Key, Slot> _slots = [];

    /// <summary>
    /// What to show for reading from a place; null as long as nothing was wanted there.
    /// </summary>
    /// <param name="source">The place.</param>
    /// <param name="rejected">What it was shown and did not take.</param>
    /// <param name="watch">Gives up.</param>
    public async Task<AuthenticationHeaderValue?> ForAsync(RegistrySource source, AuthenticationHeaderValue? rejected, SilenceWatch watch)
    {
        if (source.Host.Challenge is not { } challenge)
            return null;
        var credential = Credential(source);
        if (challenge.Realm is not { } realm)
        {
            if (credential is not { UserName.Length: > 0 } || rejected is { Scheme: "Basic" })
                throw Unauthorized(source, "it wants a user name and a password");
            return Basic(credential);
        }

        var key = new Key(realm, challenge.Service, source.Scope ?? $"repository:{source.Repository}:pull", credential?.Key);
        var slot = _slots.GetOrAdd(key, static _ => new Slot());
        await slot.Gate.WaitAsync(watch.Token);
        try
        {
            if (slot.Token is null || slot.Token == rejected?.Parameter || time.GetTimestamp() >= slot.Until)
                await FetchAsync(slot, key, source, credential, watch);
            return new AuthenticationHeaderValue("Bearer", slot.Token);
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    public void Dispose()
    {
        foreach (var slot in _slots.Values)
            slot.Gate.Dispose();
    }

    private RegistryCredential? Credential(RegistrySource source)
    {
        try
        {
            var credential = auth?.Find(source.Host.Name, source.Repository);
            source.Shown = credential is not null ? $"it was shown {credential} of the pull secret"
                : auth is not null ? "no entry of the pull secret is for it"
                : "it was asked without a pull secret";
            return credential;
        }
        catch (ContentException e)
        {
            throw new RegistryFault(FaultKind.Final, e.Reason, e.Message, e);
        }
    }

    private async Task FetchAsync(Slot slot, Key key, RegistrySource source, RegistryCredential? credential, SilenceWatch watch)
    {
        var asked = time.GetTimestamp();
        using var response = credential?.IdentityToken is { } identity
            ? await transport.PostAsync(key.Realm, Form(key, identity), watch.Token)
            : await transport.GetAsync(Query(key, credential), new Asked(Authorization: credential is null ? null : Basic(credential)), watch.Token);
        if (!response.IsSuccessStatusCode)
        {
            var fault = await RegistryFault.OfAsync(response, source, $"a token to read {source.Repository}", time, watch);
            // What OAuth2 answers to wrong credentials is 400 (RFC 6749, section 5.2). A token server that is not there says nothing of the image.
            throw (int)response.StatusCode is 400 or 404 ? Unauthorized(source, fault.Message.TrimEnd('.')) : fault;
        }

        var (token, life) = await ReadAsync(response, source, watch.Token);
        slot.Token = token;
        slot.Until = asked + (long)(0.9 * life * time.TimestampFrequency);
    }

    private static async Task<(string Token, double Life)> ReadAsync(HttpResponseMessage response, RegistrySource source, CancellationToken ct)
    {
        var bytes = await ResponseBody.ReadAsync(response, MaxBytes, ct);
        try
        {
            using var document = JsonDocument.Parse(bytes ?? []);
            var root = document.RootElement;
            var token = Text(root, "token") ?? Text(root, "access_token");
            if (token is not null && !token.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                var life = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetDouble(out var given) ? given : ShortestLife;
                return (token, Math.Clamp(life, ShortestLife, TimeSpan.SecondsPerDay));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below, for every answer without a token.
        }

        throw new RegistryFault(
            FaultKind.Wrong, Reasons.RegistryRefused, $"{response.RequestMessage!.RequestUri!.Authority}, the token server of {source.Host}, answered without a token.");

        static string? Text(JsonElement root, string member) =>
            root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
    }

    private static Uri Query(Key key, RegistryCredential? credential)
    {
        var query = new StringBuilder(key.Realm.Query.TrimStart('?'));
        Add("account", credential?.UserName);
        Add("service", key.Service);
        Add("scope", key.Scope);
        return new UriBuilder(key.Realm) { Query = query.ToString() }.Uri;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query.Append(query.Length > 0 ? "&" : "").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private static Dictionary<string, string> Form(Key key, string identity) => new()
    {
        ["grant_type"] = "refresh_token",
        ["refresh_token"] = identity,
        ["client_id"] = "handcarry",
        ["service"] = key.Service ?? "",
        ["scope"] = key.Scope,
    };

    private static AuthenticationHeaderValue Basic(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password}")));

    private static RegistryFault Unauthorized(RegistrySource source, string why) =>
        new(FaultKind.Final, Reasons.RegistryUnauthorized, $"{source} does not let itself be read: {why}; {source.Shown}.");

    private sealed record Key(Uri Realm, string? Service, string Scope, string? Credential);

    private sealed class Slot
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public string? Token { get; set; }

        /// <summary>Timestamp from which it is not used any more.</summary>
        public long Until { get; set; }
    }
}
