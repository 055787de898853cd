using System.Text;
using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Replication;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>Who is believed, and who gets to see credentials.</summary>
public sealed class TrustTests
{
    private static readonly RegistryAuthority Authority = new();
    private static readonly RegistryUser User = new("u", "hunter-22");

    [Fact]
    public async Task A_certificate_is_believed_only_with_its_authority_or_for_a_registry_named_insecure()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(site.WholeAsync, Authority);
        var name = $"{registry.Authority}/a";

        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(new RegistryClientOptions()), name).InTime());
        Assert.Equal(Reasons.RegistryUntrusted, e.Reason);
        Assert.Contains($"{registry.Authority} cannot be trusted", e.Message, StringComparison.Ordinal);
        Assert.Empty(site.Notices);

        var stranger = new RegistryAuthority();
        e = await Assert.ThrowsAsync<ContentException>(() =>
            site.FetchAsync(site.Client(new RegistryClientOptions { ExtraCertificateAuthorities = stranger.Trust }), name).InTime());
        Assert.Equal(Reasons.RegistryUntrusted, e.Reason);
        Assert.Empty(registry.Seen);

        await FetchNewAsync(site, new RegistryClientOptions { ExtraCertificateAuthorities = Authority.Trust }, name);
        await FetchNewAsync(site, new RegistryClientOptions { InsecureRegistries = [registry.Authority] }, name);
        Assert.All(registry.Seen, static request => Assert.Equal("https", request.Scheme));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_believed()
    {
        await using var site = new FaultySite();
        var elsewhere = new RegistryAuthority("elsewhere.example.com");
        var registry = await site.ServeAsync(site.WholeAsync, elsewhere);
        var client = site.Client(new RegistryClientOptions { ExtraCertificateAuthorities = elsewhere.Trust });
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(client, $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.RegistryUntrusted, e.Reason);
        Assert.Empty(registry.Seen);
    }

    [Fact]
    public async Task Plain_http_is_spoken_only_with_a_registry_named_insecure()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(site.WholeAsync);
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(new RegistryClientOptions()), $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.RegistryUntrusted, e.Reason);
        Assert.Empty(registry.Seen);
    }

    [Theory]
    [InlineData("https://host")]
    [InlineData("host/path")]
    [InlineData("")]
    public async Task What_is_named_insecure_must_be_a_host(string name)
    {
        await using var site = new FaultySite();
        var e = Assert.Throws<ContentException>(() => site.Client(new RegistryClientOptions { InsecureRegistries = [name] }));
        Assert.Equal(Reasons.InvalidReference, e.Reason);
    }

    [Fact]
    public async Task Credentials_do_not_follow_a_redirect_to_another_host()
    {
        await using var site = new FaultySite();
        ScriptedRegistry registry = null!;
        // There and back again: what was dropped stays dropped.
        var store = await site.ServeAsync(
            context => context.Request.Path == "/there" ? LeadAsync(context, $"{registry.Endpoint}back") : site.WholeAsync(context), Authority);
        registry = await site.ServeAsync(
            context =>
            {
                if (context.Request.Path == "/back")
                    return LeadAsync(context, $"{store.Endpoint}blob");
                if (context.Request.Path == "/same")
                    return LeadAsync(context, $"{store.Endpoint}there");
                if (context.Request.Headers.Authorization == User.Basic.ToString())
                    return LeadAsync(context, "/same");
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"r\"";
                return Task.CompletedTask;
            },
            Authority);
        var client = site.Client(new RegistryClientOptions { ExtraCertificateAuthorities = Authority.Trust, Auth = Secret(registry.Authority) });
        await site.FetchAsync(client, $"{registry.Authority}/a").InTime();

        Assert.True(site.Target.IsComplete);
        Assert.Equal([null, User.Basic.ToString(), User.Basic.ToString(), null], registry.Seen.Select(static request => request.Authorization));
        Assert.Equal(["/there", "/blob"], store.Seen.Select(static request => request.Path));
        Assert.All(store.Seen, static request => Assert.Null(request.Authorization));
    }

    [Fact]
    public async Task A_range_follows_a_redirect()
    {
        await using var site = new FaultySite();
        var store = await site.ServeAsync(site.WholeAsync);
        var registry = await site.ServeAsync(context => LeadAsync(context, store.Endpoint.ToString()));
        var target = new CollectingTarget(site.Blob, site.Bytes[..1000]);
        await site.Client(registry, store).FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), site.Blob, target, default).InTime();
        Assert.True(target.IsComplete);
        Assert.Equal("bytes=1000-", Assert.Single(store.Seen).Range);
    }

    [Fact]
    public async Task From_tls_nothing_leads_to_plain_http_but_a_host_named_insecure()
    {
        await using var site = new FaultySite();
        var store = await site.ServeAsync(site.WholeAsync);
        var registry = await site.ServeAsync(context => LeadAsync(context, store.Endpoint.ToString()), Authority);
        var name = $"{registry.Authority}/a";
        var e = await Assert.ThrowsAsync<ContentException>(() =>
            site.FetchAsync(site.Client(new RegistryClientOptions { ExtraCertificateAuthorities = Authority.Trust }), name).InTime());
        Assert.Equal(Reasons.RegistryUntrusted, e.Reason);
        Assert.Contains($"http://{store.Authority} is not asked", e.Message, StringComparison.Ordinal);
        Assert.Empty(store.Seen);

        await FetchNewAsync(site, new RegistryClientOptions { ExtraCertificateAuthorities = Authority.Trust, InsecureRegistries = [store.Authority] }, name);
        Assert.Single(store.Seen);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(static context => LeadAsync(context, "/again"));
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry), $"{registry.Authority}/a").InTime());
        Assert.Equal(Reasons.RegistryRefused, e.Reason);
        Assert.Equal(11, registry.Seen.Count);
    }

    [Fact]
    public async Task The_error_of_a_host_that_was_led_to_names_it()
    {
        await using var site = new FaultySite();
        var store = await site.ServeAsync(FaultySite.Status(403));
        var registry = await site.ServeAsync(context => LeadAsync(context, store.Endpoint.ToString()));
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(site.Client(registry, store), $"{registry.Authority}/a").InTime());
        Assert.Contains($"{store.Authority}, to which {registry.Authority}/a led, answered 403", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer realm=\"{0}token\",service=\"s\"")]
    [InlineData("Basic realm=\"r\"")]
    public async Task The_secret_is_in_no_error(string challenge)
    {
        await using var site = new FaultySite();
        ScriptedRegistry registry = null!;
        registry = await site.ServeAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = string.Format(null, challenge, registry.Endpoint);
            return Task.CompletedTask;
        });
        var client = site.Client(new RegistryClientOptions { InsecureRegistries = [registry.Authority], Auth = Secret($"{registry.Authority}/team") });
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(client, $"{registry.Authority}/team/a").InTime());
        Assert.Equal(Reasons.RegistryUnauthorized, e.Reason);
        Assert.Contains($"the entry \"{registry.Authority}/team\"", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(User.Password, e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(User.Auth, e.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, registry.Seen.Count);

        e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(client, $"{registry.Authority}/other").InTime());
        Assert.Contains("no entry of the pull secret is for it", e.Message, StringComparison.Ordinal);
    }

    private static AuthFile Secret(string key) =>
        AuthFile.Parse(Encoding.UTF8.GetBytes("""{"auths":{"KEY":{"auth":"AUTH"}}}""".Replace("KEY", key, StringComparison.Ordinal).Replace("AUTH", User.Auth, StringComparison.Ordinal)));

    private static async Task FetchNewAsync(FaultySite site, RegistryClientOptions options, string name)
    {
        var bytes = await site.Client(options).GetBlobAsync(ImageReference.Parse(name), site.Blob, site.Blob.Size, default).InTime();
        Assert.Equal(site.Bytes, bytes);
    }

    private static Task LeadAsync(HttpContext context, string location)
    {
        context.Response.StatusCode = 307;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
