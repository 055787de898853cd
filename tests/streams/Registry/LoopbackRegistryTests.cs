using System.Net;
using System.Text.Json;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Registry;

public sealed class LoopbackRegistryTests : IAsyncLifetime
{
    private const string Repository = ServedBundle.Repository;

    private LoopbackSite _site = null!;

    public async Task InitializeAsync() => _site = await LoopbackSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData(MediaTypes.OciManifest, MediaTypes.OciManifest)]
    [InlineData(MediaTypes.DockerManifest, MediaTypes.DockerManifest)]
    [InlineData(null, MediaTypes.OciManifest)]
    public async Task A_manifest_is_served_by_digest_as_what_it_calls_itself(string? own, string served)
    {
        var image = await _site.Bundle.ImageAsync("a", own);
        _site.TakeUp(_site.Bundle);
        using var answer = await GetAsync($"{Repository}/manifests/{image.Digest}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(served, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal([image.Digest.ToString()], answer.Headers.GetValues("Docker-Content-Digest"));
        Assert.Equal(image.Digest, Digest.Of(await answer.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task Head_tells_a_manifests_type_digest_and_length_and_sends_nothing()
    {
        var image = await _site.Bundle.ImageAsync("a");
        _site.TakeUp(_site.Bundle);
        using var request = new HttpRequestMessage(HttpMethod.Head, UriOf($"{Repository}/manifests/{image.Digest}"));
        using var answer = await _site.Http.SendAsync(request);
        Assert.Equal(
            (HttpStatusCode.OK, image.MediaType, image.Size),
            (answer.StatusCode, answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentLength));
        Assert.Equal([image.Digest.ToString()], answer.Headers.GetValues("Docker-Content-Digest"));
    }

    [Fact]
    public async Task Who_has_a_manifest_already_is_told_so()
    {
        var image = await _site.Bundle.ImageAsync("a");
        _site.TakeUp(_site.Bundle);
        using var request = new HttpRequestMessage(HttpMethod.Get, UriOf($"{Repository}/manifests/{image.Digest}"));
        request.Headers.TryAddWithoutValidation("If-None-Match", $"\"{image.Digest}\"");
        using var answer = await _site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task What_no_bundle_calls_a_manifest_is_none_whatever_it_looks_like()
    {
        var image = await _site.Bundle.ImageAsync("a");
        await AssertErrorAsync($"{Repository}/manifests/{image.Digest}", 404, "MANIFEST_UNKNOWN");
        _site.TakeUp(_site.Bundle);
        var stray = "{\"schemaVersion\":2,\"manifests\":[]}"u8.ToArray();
        await StoreAsync(_site.Store, stray);
        await AssertErrorAsync($"{Repository}/manifests/{Digest.Of(stray)}", 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_manifest_that_is_not_here_whole_is_not_served()
    {
        var image = await _site.Bundle.ImageAsync("a");
        _site.TakeUp(_site.Bundle);
        var bytes = await _site.Store.ReadAllAsync(image.Digest, image.Size, default);
        Assert.True(_site.Store.Delete(image.Digest));
        await AssertErrorAsync($"{Repository}/manifests/{image.Digest}", 404, "MANIFEST_UNKNOWN");

        await using var ingest = await _site.Store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(1..));
        await AssertErrorAsync($"{Repository}/manifests/{image.Digest}", 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_document_that_is_no_manifest_is_not_served_as_one()
    {
        var image = await _site.Bundle.ImageAsync("a", "text/html");
        _site.Catalogue.TakeUp(image.Digest, Renamed(_site.Bundle.Inventory, image.Digest, MediaTypes.OciManifest));
        await AssertErrorAsync($"{Repository}/manifests/{image.Digest}", 404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData("a/manifests/sha256:e3b0", 400, "DIGEST_INVALID")]
    [InlineData("a/manifests/latest", 404, "MANIFEST_UNKNOWN")]
    [InlineData("A/manifests/latest", 400, "NAME_INVALID")]
    [InlineData("a/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("a/tags/other", 404, "UNSUPPORTED")]
    [InlineData("a/referrers/latest", 400, "DIGEST_INVALID")]
    public async Task What_cannot_be_served_is_answered_with_the_specified_error(string path, int status, string code) =>
        await AssertErrorAsync(path, status, code);

    [Fact]
    public async Task Tags_are_those_of_signatures_in_order_and_by_pages()
    {
        var images = new List<Descriptor>();
        foreach (var file in (string[])["a", "b", "c"])
        {
            images.Add(await _site.Bundle.ImageAsync(file));
            await _site.Bundle.SignatureAsync(images[^1]);
        }

        _site.TakeUp(_site.Bundle);
        var expected = images.Select(image => BundleAttachment.TagOf(image.Digest)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, await TagsAsync($"{Repository}/tags/list"));
        Assert.Equal(expected[..2], await TagsAsync($"{Repository}/tags/list?n=2"));
        Assert.Equal(expected[1..], await TagsAsync($"{Repository}/tags/list?last={expected[0]}"));
        Assert.Empty(await TagsAsync($"{Repository}/tags/list?n=0"));

        using var page = await GetAsync($"{Repository}/tags/list?n=2");
        Assert.Equal([$"</v2/{Repository}/tags/list?n=2&last={expected[1]}>; rel=\"next\""], page.Headers.GetValues("Link"));
        using var all = await GetAsync($"{Repository}/tags/list?n=3");
        Assert.False(all.Headers.Contains("Link"));
    }

    [Fact]
    public async Task A_signature_is_found_by_its_tag()
    {
        var image = await _site.Bundle.ImageAsync("a");
        var signature = await _site.Bundle.SignatureAsync(image);
        _site.TakeUp(_site.Bundle);
        using var answer = await GetAsync($"{Repository}/manifests/{BundleAttachment.TagOf(image.Digest)}");
        Assert.Equal([signature.Digest.ToString()], answer.Headers.GetValues("Docker-Content-Digest"));
        Assert.Equal(signature.Digest, Digest.Of(await answer.Content.ReadAsByteArrayAsync()));
        await AssertErrorAsync($"other/manifests/{BundleAttachment.TagOf(image.Digest)}", 404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task Referrers_are_those_manifests_whose_subject_it_is()
    {
        var image = await _site.Bundle.ImageAsync("a");
        await _site.Bundle.SignatureAsync(image);
        var subject = $"\"subject\":{ServedBundle.Json(image)},";
        var typed = await _site.Bundle.SignatureAsync(image, subject + "\"artifactType\":\"example/sbom\",\"annotations\":{\"k\":\"v\"},");
        var untyped = await _site.Bundle.SignatureAsync(image, subject);
        _site.TakeUp(_site.Bundle);

        using var all = await GetAsync($"{Repository}/referrers/{image.Digest}");
        Assert.Equal(MediaTypes.OciIndex, all.Content.Headers.ContentType!.ToString());
        Assert.False(all.Headers.Contains("OCI-Filters-Applied"));
        Assert.Equal(
            new[] { (typed.Digest, "example/sbom", typed.Size), (untyped.Digest, MediaTypes.OciConfig, untyped.Size) }.Order(), (await ReferrersAsync(all)).Order());

        using var filtered = await GetAsync($"{Repository}/referrers/{image.Digest}?artifactType=example/sbom");
        Assert.Equal(["artifactType"], filtered.Headers.GetValues("OCI-Filters-Applied"));
        Assert.Equal([(typed.Digest, "example/sbom", typed.Size)], await ReferrersAsync(filtered));
        Assert.Contains("\"annotations\":{\"k\":\"v\"}", await filtered.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var none = await GetAsync($"{Repository}/referrers/{typed.Digest}");
        Assert.Equal(HttpStatusCode.OK, none.StatusCode);
        Assert.Empty(await ReferrersAsync(none));
    }

    [Fact]
    public async Task The_running_release_stays_while_the_next_comes_and_goes_with_the_one_after()
    {
        var images = new List<Descriptor>();
        foreach (var file in (string[])["a", "b", "c"])
        {
            var bundle = new ServedBundle(_site.Store);
            images.Add(await bundle.ImageAsync(file));
            _site.TakeUp(bundle, file);
            _site.TakeUp(bundle, file);
            foreach (var served in images.TakeLast(2))
            {
                using var answer = await GetAsync($"{Repository}/manifests/{served.Digest}");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }

        await AssertErrorAsync($"{Repository}/manifests/{images[0].Digest}", 404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("localhost:9242", HttpStatusCode.OK)]
    [InlineData("[::1]:9242", HttpStatusCode.OK)]
    [InlineData("registry.example.com", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.example.com", HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.1:9242", HttpStatusCode.Forbidden)]
    public async Task Only_loopback_hosts_may_be_named(string host, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UriOf("")) { Headers = { Host = host } };
        using var answer = await _site.Http.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", "a/blobs/uploads/")]
    [InlineData("PATCH", "a/blobs/uploads/1")]
    [InlineData("PUT", "a/manifests/latest")]
    [InlineData("DELETE", "a/manifests/latest")]
    public async Task Nothing_can_be_changed(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), UriOf(path));
        using var answer = await _site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "HEAD"], answer.Content.Headers.Allow.Order());
    }

    private static BundleInventory Renamed(BundleInventory inventory, Digest digest, string mediaType) =>
        inventory with { Blobs = [.. inventory.Blobs.Select(blob => blob.Digest == digest ? blob with { MediaType = mediaType } : blob)] };

    private Uri UriOf(string path) => new(_site.Endpoint, "/v2/" + path);

    private Task<HttpResponseMessage> GetAsync(string path) => _site.Http.GetAsync(UriOf(path));

    private async Task<List<string>> TagsAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(Repository, body.RootElement.GetProperty("name").GetString());
        return [.. body.RootElement.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()!)];
    }

    private static async Task<List<(Digest Digest, string Type, long Size)>> ReferrersAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(2, body.RootElement.GetProperty("schemaVersion").GetInt32());
        return
        [
            .. body.RootElement.GetProperty("manifests").EnumerateArray().Select(static item => (
                Digest.Parse(item.GetProperty("digest").GetString()!),
                item.GetProperty("artifactType").GetString()!,
                item.GetProperty("size").GetInt64())),
        ];
    }

    private async Task AssertErrorAsync(string path, int status, string code)
    {
        using var answer = await GetAsync(path);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(
            (status, code),
            ((int)answer.StatusCode, Assert.Single(body.RootElement.GetProperty("errors").EnumerateArray()).GetProperty("code").GetString()));
    }
}
