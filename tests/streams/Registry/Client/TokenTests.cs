using System.Text;
using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Replication;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>Tokens, from a server that counts what it gives to registries that take what the test says.</summary>
public sealed class TokenTests
{
    private static readonly RegistryUser User = new("u", "hunter-22");

    [Fact]
    public async Task Requests_at_the_same_time_share_one_token()
    {
        await using var site = new FaultySite();
        await using var tokens = await TokenServer.StartAsync();
        var registry = await RegistryAsync(site, tokens, static _ => true);
        var client = Client(site, registry, tokens, null);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(site, client, registry, "a"))).InTime();
        Assert.Equal(["repository:a:pull"], tokens.Given);

        await GetAsync(site, client, registry, "b");
        Assert.Equal(["repository:a:pull", "repository:b:pull"], tokens.Given);
    }

    [Fact]
    public async Task A_token_is_replaced_before_it_expires()
    {
        await using var site = new FaultySite();
        await using var tokens = await TokenServer.StartAsync();
        tokens.Life = TimeSpan.FromMinutes(10);
        var registry = await RegistryAsync(site, tokens, static _ => true);
        var client = Client(site, registry, tokens, null);
        await GetAsync(site, client, registry, "a");
        site.Time.Advance(TimeSpan.FromMinutes(8));
        await GetAsync(site, client, registry, "a");
        Assert.Single(tokens.Given);
        site.Time.Advance(TimeSpan.FromMinutes(1.5));
        await GetAsync(site, client, registry, "a");
        Assert.Equal(2, tokens.Given.Count);
        // The first request of all was the only one that had to be told.
        Assert.Single(registry.Seen, static request => request.Authorization is null);
    }

    [Fact]
    public async Task A_token_that_is_not_taken_any_more_is_replaced_once()
    {
        await using var site = new FaultySite();
        await using var tokens = await TokenServer.StartAsync();
        var accepted = 0;
        var registry = await RegistryAsync(site, tokens, _ => Volatile.Read(ref accepted) != 1 || tokens.Given.Count > 1);
        var client = Client(site, registry, tokens, null);
        await GetAsync(site, client, registry, "a");
        Volatile.Write(ref accepted, 1);
        await GetAsync(site, client, registry, "a");
        Assert.Equal(2, tokens.Given.Count);

        var never = await RegistryAsync(site, tokens, static _ => false);
        var e = await Assert.ThrowsAsync<ContentException>(() => GetAsync(site, Client(site, never, tokens, null), never, "a"));
        Assert.Equal(Reasons.RegistryUnauthorized, e.Reason);
        Assert.Equal(3, tokens.Given.Count);
        Assert.Equal(2, never.Seen.Count);
    }

    [Fact]
    public async Task A_refresh_token_is_posted_and_seen_by_nobody_else()
    {
        await using var site = new FaultySite();
        await using var tokens = await TokenServer.StartAsync(User, refresh: "refresh-33");
        var registry = await RegistryAsync(site, tokens, static _ => true);
        await GetAsync(site, Client(site, registry, tokens, "\"identitytoken\": \"refresh-33\""), registry, "a");
        Assert.Equal(["repository:a:pull"], tokens.Given);
        Assert.All(registry.Seen, static request => Assert.DoesNotContain("refresh-33", request.Authorization ?? "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_goes_to_the_token_server_alone()
    {
        await using var site = new FaultySite();
        await using var tokens = await TokenServer.StartAsync(User);
        var registry = await RegistryAsync(site, tokens, static _ => true);
        await GetAsync(site, Client(site, registry, tokens, $"\"auth\": \"{User.Auth}\""), registry, "a");
        Assert.Single(tokens.Given);
        Assert.All(registry.Seen, static request => Assert.False(request.Authorization?.StartsWith("Basic", StringComparison.Ordinal) ?? false));

        var e = await Assert.ThrowsAsync<ContentException>(() => GetAsync(site, Client(site, registry, tokens, "\"auth\": \"dTp3cm9uZw==\""), registry, "a"));
        Assert.Equal(Reasons.RegistryUnauthorized, e.Reason);
        Assert.Contains("a token to read a", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_server_that_fails_is_asked_again()
    {
        await using var site = new FaultySite();
        var token = await site.ServeAsync(
            FaultySite.Status(503),
            static context => context.Response.WriteAsync("not json"),
            static context => context.Response.WriteAsync("""{"access_token":"t"}"""));
        var registry = await RegistryAsync(site, new Uri(token.Endpoint, "/token?a=b"), static shown => shown == "Bearer t");
        var client = site.Client(registry, token);
        await GetAsync(site, client, registry, "a");
        Assert.Equal(2, site.Notices.Count);
    }

    [Fact]
    public async Task A_token_server_without_tls_must_be_named_insecure()
    {
        await using var site = new FaultySite();
        await using var tokens = await TokenServer.StartAsync(User);
        var registry = await RegistryAsync(site, tokens, static _ => true);
        var client = site.Client(registry);
        var e = await Assert.ThrowsAsync<ContentException>(() => GetAsync(site, client, registry, "a"));
        Assert.Equal(Reasons.RegistryUntrusted, e.Reason);
        Assert.Contains(tokens.Authority, e.Message, StringComparison.Ordinal);
        Assert.Empty(tokens.Given);
    }

    [Fact]
    public async Task A_token_server_that_is_not_there_says_nothing_of_the_image()
    {
        await using var site = new FaultySite();
        var nothing = await site.ServeAsync(FaultySite.Status(404));
        var registry = await RegistryAsync(site, nothing.Endpoint, static _ => true);
        var e = await Assert.ThrowsAsync<ContentException>(() =>
            site.Client(registry, nothing).FindManifestAsync(ImageReference.Parse($"{registry.Authority}/a:t"), default).InTime());
        Assert.Equal(Reasons.RegistryUnauthorized, e.Reason);
    }

    private static Task<ScriptedRegistry> RegistryAsync(FaultySite site, TokenServer tokens, Func<string, bool> accepts) => RegistryAsync(site, tokens.Realm, accepts);

    private static Task<ScriptedRegistry> RegistryAsync(FaultySite site, Uri realm, Func<string, bool> accepts) => site.ServeAsync(context =>
    {
        if ((string?)context.Request.Headers.Authorization is { } shown && shown.StartsWith("Bearer ", StringComparison.Ordinal) && accepts(shown))
            return site.WholeAsync(context);
        var repository = context.Request.Path.Value!.Split('/')[2];
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{realm}\",service=\"s\",scope=\"repository:{repository}:pull\"";
        return Task.CompletedTask;
    });

    private static RegistryClient Client(FaultySite site, ScriptedRegistry registry, TokenServer tokens, string? entry) => site.Client(new RegistryClientOptions
    {
        InsecureRegistries = [registry.Authority, tokens.Authority],
        Auth = entry is null ? null : AuthFile.Parse(Encoding.UTF8.GetBytes($"{{\"auths\": {{\"{registry.Authority}\": {{{entry}}}}}}}")),
    });

    private static async Task GetAsync(FaultySite site, RegistryClient client, ScriptedRegistry registry, string repository) =>
        Assert.Equal(site.Bytes, await client.GetBlobAsync(ImageReference.Parse($"{registry.Authority}/{repository}"), site.Blob, site.Blob.Size, default).InTime());
}
