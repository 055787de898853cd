using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Handcarry.Streams.Content;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>
/// What the OCI distribution specification v1.1 wants of every registry, by the numbers that it gives its endpoints: pull, push and content discovery, the ground that the public
/// conformance suite covers. Held against our own registry and against another, so that it is the specification that is tested and not ourselves.
/// </summary>
public abstract class RegistrySuite : IAsyncLifetime
{
    private const string Name = "conformance/test";

    private static readonly byte[] Empty = "{}"u8.ToArray();

    protected abstract HttpClient Http { get; }

    protected abstract Uri Endpoint { get; }

    /// <summary>Whether it answers for referrers; before version 1.1 of the specification there were none.</summary>
    protected virtual bool KnowsReferrers => true;

    /// <summary>Whether it lists tags in order and in pages.</summary>
    protected virtual bool PagesTags => true;

    /// <summary>Whether it looks at where a piece of an upload begins.</summary>
    protected virtual bool PlacesPieces => true;

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    [Fact]
    public async Task End_1_the_api_is_there()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/v2/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task End_2_a_blob_is_had_by_its_digest_and_one_that_is_not_here_is_unknown()
    {
        var bytes = Bytes(100_000);
        var digest = await PushAsync(bytes);
        using var head = await SendAsync(HttpMethod.Head, $"/v2/{Name}/blobs/{digest}");
        Assert.Equal((HttpStatusCode.OK, bytes.Length), (head.StatusCode, (int)head.Content.Headers.ContentLength!));
        using var get = await SendAsync(HttpMethod.Get, $"/v2/{Name}/blobs/{digest}");
        Assert.Equal(bytes, await get.Content.ReadAsByteArrayAsync());

        using var absent = await SendAsync(HttpMethod.Get, $"/v2/{Name}/blobs/{Digest.Of("another"u8.ToArray())}");
        Assert.Equal((HttpStatusCode.NotFound, "BLOB_UNKNOWN"), (absent.StatusCode, await CodeAsync(absent)));
    }

    [Fact]
    public async Task End_2_a_range_of_a_blob_is_had()
    {
        var bytes = Bytes(1000);
        var digest = await PushAsync(bytes);
        using var answer = await SendAsync(HttpMethod.Get, $"/v2/{Name}/blobs/{digest}", change: static request => request.Headers.Range = new RangeHeaderValue(3, 9));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[3..10], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(MediaTypes.OciManifest)]
    [InlineData(MediaTypes.DockerManifest)]
    public async Task End_3_and_7_a_manifest_is_had_as_it_was_pushed_by_tag_and_by_digest(string mediaType)
    {
        var manifest = await ManifestAsync(mediaType);
        var digest = Digest.Of(manifest);
        using var put = await PutManifestAsync("v1", manifest, mediaType);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal([digest.ToString()], put.Headers.GetValues("Docker-Content-Digest"));
        foreach (var reference in new[] { "v1", digest.ToString() })
        {
            using var get = await SendAsync(HttpMethod.Get, $"/v2/{Name}/manifests/{reference}", change: request => request.Headers.Accept.ParseAdd(mediaType));
            Assert.Equal(manifest, await get.Content.ReadAsByteArrayAsync());
            Assert.Equal(mediaType, get.Content.Headers.ContentType!.MediaType);
            using var head = await SendAsync(HttpMethod.Head, $"/v2/{Name}/manifests/{reference}", change: request => request.Headers.Accept.ParseAdd(mediaType));
            Assert.Equal((HttpStatusCode.OK, manifest.Length), (head.StatusCode, (int)head.Content.Headers.ContentLength!));
        }
    }

    [Fact]
    public async Task End_3_a_manifest_that_is_not_here_is_unknown()
    {
        using var put = await PutManifestAsync("v1", await ManifestAsync(), MediaTypes.OciManifest);
        foreach (var reference in new[] { "v2", Digest.Of("another"u8.ToArray()).ToString() })
        {
            using var answer = await SendAsync(HttpMethod.Get, $"/v2/{Name}/manifests/{reference}");
            Assert.Equal((HttpStatusCode.NotFound, "MANIFEST_UNKNOWN"), (answer.StatusCode, await CodeAsync(answer)));
        }
    }

    [Fact]
    public async Task End_4a_and_6_a_blob_is_pushed_by_a_post_and_a_put()
    {
        var bytes = Bytes(70_000);
        var place = await BeginAsync();
        using var put = await SendAsync(HttpMethod.Put, With(place, "digest", Digest.Of(bytes).ToString()), bytes);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.NotNull(put.Headers.Location);
        using var get = await SendAsync(HttpMethod.Get, put.Headers.Location!.ToString());
        Assert.Equal(bytes, await get.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task End_4b_a_blob_in_one_post_is_taken_or_begun()
    {
        var bytes = Bytes(5000);
        using var post = await SendAsync(HttpMethod.Post, $"/v2/{Name}/blobs/uploads/?digest={Digest.Of(bytes)}", bytes);
        // "Registries MAY support": otherwise the answer is that of a session that has begun.
        Assert.True(post.StatusCode is HttpStatusCode.Created or HttpStatusCode.Accepted, $"{post.StatusCode}");
        Assert.NotNull(post.Headers.Location);
    }

    [Fact]
    public async Task End_5_a_blob_is_pushed_in_pieces_in_their_order()
    {
        var bytes = Bytes(300_000);
        var place = await BeginAsync();
        place = await PieceAsync(place, bytes, 0, 100_000);
        using (var status = await SendAsync(HttpMethod.Get, place))
            Assert.Equal((HttpStatusCode.NoContent, "0-99999"), (status.StatusCode, status.Headers.GetValues("Range").Single()));
        place = await PieceAsync(place, bytes, 100_000, 200_000);
        using var put = await SendAsync(
            HttpMethod.Put, With(place, "digest", Digest.Of(bytes).ToString()), bytes[200_000..], change: static request => request.Content!.Headers.TryAddWithoutValidation("Content-Range", "200000-299999"));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var get = await SendAsync(HttpMethod.Get, $"/v2/{Name}/blobs/{Digest.Of(bytes)}");
        Assert.Equal(bytes, await get.Content.ReadAsByteArrayAsync());
    }

    [SkippableFact]
    public async Task End_5_a_piece_out_of_order_is_refused_and_the_right_one_goes_on()
    {
        Skip.IfNot(PlacesPieces, "this registry appends pieces wherever they say they begin");
        var bytes = Bytes(30_000);
        var place = await PieceAsync(await BeginAsync(), bytes, 0, 10_000);
        using (var wrong = await SendAsync(HttpMethod.Patch, place, bytes[20_000..], change: static request => request.Content!.Headers.TryAddWithoutValidation("Content-Range", "20000-29999")))
            Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, wrong.StatusCode);
        using var status = await SendAsync(HttpMethod.Get, place);
        Assert.Equal("0-9999", status.Headers.GetValues("Range").Single());
        place = await PieceAsync(status.Headers.Location!.ToString(), bytes, 10_000, 30_000);
        using var put = await SendAsync(HttpMethod.Put, With(place, "digest", Digest.Of(bytes).ToString()), []);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Fact]
    public async Task End_6_wrong_bytes_are_refused_and_not_kept()
    {
        var digest = Digest.Of("what was meant"u8.ToArray());
        var place = await BeginAsync();
        using var put = await SendAsync(HttpMethod.Put, With(place, "digest", digest.ToString()), Bytes(14));
        Assert.Equal((HttpStatusCode.BadRequest, "DIGEST_INVALID"), (put.StatusCode, await CodeAsync(put)));
        using var get = await SendAsync(HttpMethod.Get, $"/v2/{Name}/blobs/{digest}");
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Fact]
    public async Task End_7_a_manifest_without_its_blobs_is_refused()
    {
        var manifest = Manifest(Digest.Of("no configuration"u8.ToArray()), 16, Digest.Of("no layer"u8.ToArray()), 8, MediaTypes.OciManifest);
        using var put = await PutManifestAsync("v1", manifest, MediaTypes.OciManifest);
        Assert.False(put.IsSuccessStatusCode);
        Assert.Contains(await CodeAsync(put), new[] { "MANIFEST_BLOB_UNKNOWN", "MANIFEST_UNKNOWN", "BLOB_UNKNOWN" });
    }

    [Fact]
    public async Task End_7_what_is_no_manifest_is_refused()
    {
        using var put = await PutManifestAsync("v1", "not a manifest"u8.ToArray(), MediaTypes.OciManifest);
        Assert.Equal((HttpStatusCode.BadRequest, "MANIFEST_INVALID"), (put.StatusCode, await CodeAsync(put)));
    }

    [SkippableFact]
    public async Task End_8_tags_are_listed_in_order_and_in_pages()
    {
        Skip.IfNot(PagesTags, "this registry lists tags as they come");
        var manifest = await ManifestAsync();
        foreach (var tag in new[] { "charlie", "alpha", "bravo" })
            (await PutManifestAsync(tag, manifest, MediaTypes.OciManifest)).Dispose();
        Assert.Equal(["alpha", "bravo", "charlie"], await TagsAsync(""));
        Assert.Equal(["alpha", "bravo"], await TagsAsync("?n=2"));
        Assert.Equal(["charlie"], await TagsAsync("?n=2&last=bravo"));
    }

    [Fact]
    public async Task End_8_a_tag_that_is_moved_stands_for_the_newer_manifest()
    {
        var (first, second) = (await ManifestAsync(), await ManifestAsync());
        foreach (var manifest in new[] { first, second })
            (await PutManifestAsync("moving", manifest, MediaTypes.OciManifest)).Dispose();
        using var get = await SendAsync(HttpMethod.Get, $"/v2/{Name}/manifests/moving", change: static request => request.Headers.Accept.ParseAdd(MediaTypes.OciManifest));
        Assert.Equal(second, await get.Content.ReadAsByteArrayAsync());
        using var old = await SendAsync(HttpMethod.Get, $"/v2/{Name}/manifests/{Digest.Of(first)}", change: static request => request.Headers.Accept.ParseAdd(MediaTypes.OciManifest));
        Assert.Equal(first, await old.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task End_11_a_blob_is_mounted_from_another_repository()
    {
        var digest = await PushAsync(Bytes(2000));
        using var mount = await SendAsync(HttpMethod.Post, $"/v2/conformance/other/blobs/uploads/?mount={digest}&from={Name}");
        Assert.Equal(HttpStatusCode.Created, mount.StatusCode);
        using var get = await SendAsync(HttpMethod.Get, $"/v2/conformance/other/blobs/{digest}");
        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
    }

    [Fact]
    public async Task End_11_a_blob_that_cannot_be_mounted_is_begun()
    {
        using var mount = await SendAsync(HttpMethod.Post, $"/v2/{Name}/blobs/uploads/?mount={Digest.Of("absent"u8.ToArray())}&from=conformance/other");
        Assert.Equal(HttpStatusCode.Accepted, mount.StatusCode);
        Assert.NotNull(mount.Headers.Location);
    }

    [SkippableFact]
    public async Task End_12_manifests_about_another_are_listed_and_filtered()
    {
        Skip.IfNot(KnowsReferrers, "this registry is older than the referrers of version 1.1");
        var subject = await ManifestAsync();
        (await PutManifestAsync("v1", subject, MediaTypes.OciManifest)).Dispose();
        var about = await ManifestAsync(subject: Digest.Of(subject), artifactType: "application/vnd.test.sbom");
        using (var put = await PutManifestAsync(Digest.Of(about).ToString(), about, MediaTypes.OciManifest))
            Assert.Equal([Digest.Of(subject).ToString()], put.Headers.GetValues("OCI-Subject"));

        var (all, _) = await ReferrersAsync(Digest.Of(subject), "");
        Assert.Equal((Digest.Of(about).ToString(), "application/vnd.test.sbom"), Assert.Single(all));
        var (wanted, filtered) = await ReferrersAsync(Digest.Of(subject), "?artifactType=application/vnd.test.sbom");
        Assert.Single(wanted);
        Assert.Equal("artifactType", filtered);
        Assert.Empty((await ReferrersAsync(Digest.Of(subject), "?artifactType=application/vnd.test.other")).Found);
        Assert.Empty((await ReferrersAsync(Digest.Of("nothing"u8.ToArray()), "")).Found);
    }

    [Fact]
    public async Task End_13_an_upload_that_is_given_up_is_unknown()
    {
        var place = await PieceAsync(await BeginAsync(), Bytes(1000), 0, 1000);
        using (var delete = await SendAsync(HttpMethod.Delete, place))
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        using var status = await SendAsync(HttpMethod.Get, place);
        Assert.Equal((HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN"), (status.StatusCode, await CodeAsync(status)));
    }

    protected async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Endpoint, path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        change?.Invoke(request);
        return await Http.SendAsync(request);
    }

    protected static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return body.RootElement.GetProperty("errors")[0].GetProperty("code").GetString();
    }

    protected async Task<Digest> PushAsync(byte[] bytes)
    {
        using var put = await SendAsync(HttpMethod.Put, With(await BeginAsync(), "digest", Digest.Of(bytes).ToString()), bytes);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        return Digest.Of(bytes);
    }

    protected async Task<string> BeginAsync()
    {
        using var post = await SendAsync(HttpMethod.Post, $"/v2/{Name}/blobs/uploads/");
        Assert.Equal(HttpStatusCode.Accepted, post.StatusCode);
        return post.Headers.Location!.ToString();
    }

    private async Task<string> PieceAsync(string place, byte[] bytes, int from, int to)
    {
        using var patch = await SendAsync(
            HttpMethod.Patch, place, bytes[from..to], change: request => request.Content!.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{to - 1}"));
        Assert.Equal((HttpStatusCode.Accepted, $"0-{to - 1}"), (patch.StatusCode, patch.Headers.GetValues("Range").Single()));
        return patch.Headers.Location!.ToString();
    }

    private async Task<HttpResponseMessage> PutManifestAsync(string reference, byte[] manifest, string mediaType) =>
        await SendAsync(HttpMethod.Put, $"/v2/{Name}/manifests/{reference}", manifest, request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue(mediaType));

    private async Task<byte[]> ManifestAsync(string mediaType = MediaTypes.OciManifest, Digest? subject = null, string? artifactType = null)
    {
        var layer = Bytes(500);
        await PushAsync(Empty);
        await PushAsync(layer);
        return Manifest(Digest.Of(Empty), Empty.Length, Digest.Of(layer), layer.Length, mediaType, subject, artifactType);
    }

    private static byte[] Manifest(Digest config, long configSize, Digest layer, long layerSize, string mediaType, Digest? subject = null, string? artifactType = null)
    {
        var docker = mediaType == MediaTypes.DockerManifest;
        var members = new Dictionary<string, object>
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["config"] = new { mediaType = docker ? MediaTypes.DockerConfig : MediaTypes.OciConfig, digest = config.ToString(), size = configSize },
            ["layers"] = new[] { new { mediaType = docker ? MediaTypes.DockerLayerGzip : MediaTypes.OciLayerGzip, digest = layer.ToString(), size = layerSize } },
            ["annotations"] = new Dictionary<string, string> { ["made"] = Guid.NewGuid().ToString() },
        };
        if (artifactType is not null)
            members["artifactType"] = artifactType;
        if (subject is { } about)
            members["subject"] = new { mediaType = MediaTypes.OciManifest, digest = about.ToString(), size = 1 };
        return JsonSerializer.SerializeToUtf8Bytes(members);
    }

    private async Task<IReadOnlyList<string>> TagsAsync(string query)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/v2/{Name}/tags/list{query}");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(Name, body.RootElement.GetProperty("name").GetString());
        return [.. body.RootElement.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()!)];
    }

    private async Task<(IReadOnlyList<(string Digest, string Type)> Found, string? Filtered)> ReferrersAsync(Digest subject, string query)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/v2/{Name}/referrers/{subject}{query}");
        Assert.Equal((HttpStatusCode.OK, MediaTypes.OciIndex), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return (
            [.. body.RootElement.GetProperty("manifests").EnumerateArray().Select(static one => (one.GetProperty("digest").GetString()!, one.GetProperty("artifactType").GetString()!))],
            answer.Headers.TryGetValues("OCI-Filters-Applied", out var filters) ? filters.Single() : null);
    }

    // A place may have a query already.
    private static string With(string place, string key, string value) => $"{place}{(place.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{key}={Uri.EscapeDataString(value)}";
}
