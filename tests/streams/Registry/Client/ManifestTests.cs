using System.Text;
using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Replication;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Tests.Registry.Client;

public sealed class ManifestTests
{
    private static readonly byte[] Manifest = """{"schemaVersion":2,"config":{},"layers":[]}"""u8.ToArray();

    [Theory]
    [InlineData("""{"mediaType":"application/vnd.docker.distribution.manifest.v2+json"}""", "text/plain", MediaTypes.DockerManifest)]
    [InlineData("""{"mediaType":"application/vnd.oci.image.index.v1+json"}""", MediaTypes.OciManifest, MediaTypes.OciIndex)]
    [InlineData("""{"layers":[]}""", null, MediaTypes.OciManifest)]
    [InlineData("""{"manifests":[]}""", "application/json", MediaTypes.OciIndex)]
    [InlineData("""{}""", MediaTypes.DockerManifestList, MediaTypes.DockerManifestList)]
    public async Task What_the_bytes_call_themselves_counts(string json, string? contentType, string mediaType)
    {
        await using var site = new FaultySite();
        var bytes = Encoding.UTF8.GetBytes(json);
        var registry = await site.ServeAsync(Answer(bytes, contentType));
        var manifest = await site.Client(registry).GetManifestAsync(ImageReference.Parse($"{registry.Authority}/a:t"), default).InTime();
        Assert.Equal(new Descriptor(mediaType, Digest.Of(bytes), bytes.Length), manifest.Descriptor);
        Assert.Equal(bytes, manifest.Bytes.ToArray());
        Assert.Equal("/v2/a/manifests/t", Assert.Single(registry.Seen).Path);
    }

    [Theory]
    [InlineData("""{"mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    public async Task Something_else_than_a_manifest_is_refused(string json)
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(Answer(Encoding.UTF8.GetBytes(json), null));
        Assert.Equal(Reasons.RegistryRefused, await ReasonAsync(site, registry, "a:t"));
        Assert.Single(registry.Seen);
    }

    [Fact]
    public async Task A_login_page_on_the_way_is_asked_twice_and_refused()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(Answer("<html>Welcome</html>"u8.ToArray(), "text/html"));
        Assert.Equal(Reasons.RegistryRefused, await ReasonAsync(site, registry, "a:t"));
        Assert.Equal(2, registry.Seen.Count);
    }

    [Fact]
    public async Task Bytes_of_another_digest_are_asked_for_twice_and_refused()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(Answer(Manifest, MediaTypes.OciManifest));
        Assert.Equal(Reasons.DigestMismatch, await ReasonAsync(site, registry, $"a@{site.Blob.Digest}"));
        Assert.Equal(2, registry.Seen.Count);
    }

    [Fact]
    public async Task A_registry_that_names_another_digest_than_it_sends_is_not_believed()
    {
        await using var site = new FaultySite();
        var lying = await site.ServeAsync(context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = site.Blob.Digest.ToString();
            return context.Response.Body.WriteAsync(Manifest).AsTask();
        });
        Assert.Equal(Reasons.DigestMismatch, await ReasonAsync(site, lying, "a:t"));
    }

    [Fact]
    public async Task A_manifest_above_the_limit_is_refused()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(Answer(Encoding.UTF8.GetBytes($$"""{"layers":"{{new string('x', 4 << 20)}}"}"""), null));
        Assert.Equal(Reasons.LimitExceeded, await ReasonAsync(site, registry, "a:t"));
    }

    [Fact]
    public async Task A_config_above_the_limit_is_not_asked_for()
    {
        await using var site = new FaultySite();
        var registry = await site.ServeAsync(site.WholeAsync);
        var reference = ImageReference.Parse($"{registry.Authority}/a");
        Assert.Equal(site.Bytes, await site.Client(registry).GetBlobAsync(reference, site.Blob, site.Blob.Size, default).InTime());
        var e = await Assert.ThrowsAsync<ContentException>(() => site.Client(registry).GetBlobAsync(reference, site.Blob, site.Blob.Size - 1, default));
        Assert.Equal(Reasons.LimitExceeded, e.Reason);
        Assert.Single(registry.Seen);
    }

    private static RequestDelegate Answer(byte[] bytes, string? contentType) => context =>
    {
        context.Response.ContentType = contentType;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    };

    private static async Task<string> ReasonAsync(FaultySite site, ScriptedRegistry registry, string path)
    {
        var e = await Assert.ThrowsAsync<ContentException>(() =>
            site.Client(registry).GetManifestAsync(ImageReference.Parse($"{registry.Authority}/{path}"), default).InTime());
        return e.Reason;
    }
}
