using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class MirrorTests
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task Mirrors_are_asked_in_order_then_the_source()
    {
        await using var site = new FaultySite();
        var (first, second, source) = (await site.ServeAsync(FaultySite.Status(404)), await site.ServeAsync(FaultySite.Status(503)), await site.ServeAsync(site.WholeAsync));
        var client = Client(site, false, source, first, second);
        await site.FetchAsync(client, $"{source.Authority}/a/b").InTime();
        Assert.True(site.Target.IsComplete);
        Assert.Empty(site.Notices);
        Assert.StartsWith("/v2/p/a/b/blobs/", Assert.Single(first.Seen).Path, StringComparison.Ordinal);
        Assert.StartsWith("/v2/p/a/b/blobs/", Assert.Single(second.Seen).Path, StringComparison.Ordinal);
        Assert.StartsWith("/v2/a/b/blobs/", Assert.Single(source.Seen).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_mirrors_of_the_longest_source_are_asked()
    {
        await using var site = new FaultySite();
        var (general, special) = (await site.ServeAsync(site.WholeAsync), await site.ServeAsync(site.WholeAsync));
        var client = site.Client(new RegistryClientOptions
        {
            Mirrors = [new RegistryMirror("quay.io", general.Authority), new RegistryMirror("quay.io/a", special.Authority)],
            InsecureRegistries = [general.Authority, special.Authority],
        });
        await site.FetchAsync(client, "quay.io/a/b").InTime();
        Assert.Empty(general.Seen);
        Assert.Single(special.Seen);
    }

    [Fact]
    public async Task What_a_mirror_began_is_finished_at_the_source()
    {
        await using var site = new FaultySite(3 * MiB);
        var (mirror, source) = (await site.ServeAsync(context => site.BrokenAsync(context, 2 * MiB)), await site.ServeAsync(site.WholeAsync));
        await site.FetchAsync(Client(site, false, source, mirror), $"{source.Authority}/a").InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);
        Assert.StartsWith("bytes=", Assert.Single(source.Seen).Range, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_bytes_of_a_mirror_do_not_keep_the_right_ones_of_the_source_out()
    {
        await using var site = new FaultySite();
        var mirror = await site.ServeAsync(context => context.Response.Body.WriteAsync(Blobs.Bytes(site.Bytes.Length, 2)).AsTask());
        var source = await site.ServeAsync(site.WholeAsync);
        await site.FetchAsync(Client(site, false, source, mirror), $"{source.Authority}/a").InTime();
        Assert.Equal(site.Bytes, site.Target.Bytes);
    }

    [Fact]
    public async Task The_error_tells_what_each_place_said_and_has_the_reason_of_the_source()
    {
        await using var site = new FaultySite();
        var (mirror, source) = (await site.ServeAsync(FaultySite.Status(403)), await site.ServeAsync(FaultySite.Status(404)));
        var client = Client(site, false, source, mirror);
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(client, $"{source.Authority}/a").InTime());
        Assert.Equal(Reasons.RegistryUnknown, e.Reason);
        Assert.Contains($"{mirror.Authority}/p/a answered 403", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{source.Authority}/a answered 404", e.Message, StringComparison.Ordinal);
        Assert.Null(await client.FindManifestAsync(ImageReference.Parse($"{source.Authority}/a:t"), default).InTime());
    }

    [Fact]
    public async Task A_mirror_that_is_down_delays_neither_an_absence_nor_the_next_blob()
    {
        await using var site = new FaultySite();
        var source = await site.ServeAsync(context => context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal) ? FaultySite.Status(404)(context) : site.WholeAsync(context));
        var mirror = await ScriptedRegistry.StartAsync(site.WholeAsync);
        await mirror.DisposeAsync();
        var client = Client(site, false, source, mirror);
        Assert.Null(await client.FindManifestAsync(ImageReference.Parse($"{source.Authority}/a:t"), default).InTime());
        Assert.Empty(site.Notices);

        await using var again = await ScriptedRegistry.StartAsync(site.WholeAsync, port: mirror.Endpoint.Port);
        await site.FetchAsync(client, $"{source.Authority}/a").InTime();
        Assert.Empty(again.Seen);
        site.Time.Advance(TimeSpan.FromMinutes(2));
        await client.GetBlobAsync(ImageReference.Parse($"{source.Authority}/a"), site.Blob, site.Blob.Size, default).InTime();
        Assert.Single(again.Seen);
    }

    [Fact]
    public async Task A_source_that_cannot_be_reached_is_left_out_on_demand()
    {
        await using var site = new FaultySite();
        var (mirror, source) = (await site.ServeAsync(FaultySite.Status(404)), await site.ServeAsync(site.WholeAsync));
        Assert.Null(await Client(site, true, source, mirror).FindManifestAsync(ImageReference.Parse($"{source.Authority}/a:t"), default).InTime());
        Assert.Empty(source.Seen);
    }

    [Fact]
    public async Task What_a_mirror_does_not_have_is_missing_when_the_source_cannot_be_reached()
    {
        await using var site = new FaultySite();
        var mirror = await site.ServeAsync(FaultySite.Status(404));
        var source = await ScriptedRegistry.StartAsync(site.WholeAsync);
        await source.DisposeAsync();
        Assert.Null(await Client(site, false, source, mirror).FindManifestAsync(ImageReference.Parse($"{source.Authority}/a:t"), default).InTime());
        Assert.Empty(site.Notices);
    }

    [Fact]
    public async Task A_mirror_that_leaves_no_repository_is_named()
    {
        await using var site = new FaultySite();
        var client = site.Client(new RegistryClientOptions { Mirrors = [new RegistryMirror("quay.io/a", "m:5000")] });
        var e = await Assert.ThrowsAsync<ContentException>(() => site.FetchAsync(client, "quay.io/a"));
        Assert.Equal(Reasons.InvalidReference, e.Reason);
        Assert.Contains("quay.io/a=m:5000", e.Message, StringComparison.Ordinal);
    }

    private static RegistryClient Client(FaultySite site, bool mirrorsOnly, ScriptedRegistry source, params ScriptedRegistry[] mirrors) => site.Client(new RegistryClientOptions
    {
        Mirrors = [.. mirrors.Select(mirror => new RegistryMirror(source.Authority, $"{mirror.Authority}/p"))],
        MirrorsOnly = mirrorsOnly,
        InsecureRegistries = [source.Authority, .. mirrors.Select(static mirror => mirror.Authority)],
    });
}
