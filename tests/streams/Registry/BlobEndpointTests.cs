using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using CsCheck;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Replication;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Registry;

public sealed class BlobEndpointTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_authority);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("/v2/")]
    [InlineData("/v2")]
    public async Task The_api_is_announced(string path)
    {
        using var answer = await _node.Http.GetAsync(new Uri(_node.Endpoint, path));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["registry/2.0"], answer.Headers.GetValues("Docker-Distribution-API-Version"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk + 70_001)]
    public async Task A_blob_is_served_under_any_name_with_its_digest_and_length(int size)
    {
        var bytes = Bytes(size);
        await StoreAsync(_node.Store, bytes);
        var digest = Digest.Of(bytes);
        using var answer = await _node.Http.GetAsync(_node.BlobUri(digest, "openshift-release-dev/ocp-v4.0-art-dev"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([digest.ToString()], answer.Headers.GetValues("Docker-Content-Digest"));
        Assert.Equal(["bytes"], answer.Headers.AcceptRanges);
        Assert.Equal(size, answer.Content.Headers.ContentLength);
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        await Until.TrueAsync(() => _node.Counters.BytesSent == size, "each byte sent is counted, once");
    }

    [Fact]
    public async Task Head_tells_length_and_digest_and_sends_nothing()
    {
        var bytes = Bytes(1000);
        await StoreAsync(_node.Store, bytes);
        using var request = new HttpRequestMessage(HttpMethod.Head, _node.BlobUri(Digest.Of(bytes)));
        request.Headers.Range = new RangeHeaderValue(5, 9);
        using var answer = await _node.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1000, answer.Content.Headers.ContentLength);
        Assert.Equal(0, _node.Counters.BytesSent);
    }

    [Fact]
    public async Task Any_range_gets_just_those_bytes()
    {
        var bytes = Bytes(300_000);
        await StoreAsync(_node.Store, bytes);
        await Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, bytes.Length - 1]).SampleAsync(async (a, b) =>
        {
            var (from, to) = (Math.Min(a, b), Math.Max(a, b));
            using var answer = await GetAsync(Digest.Of(bytes), $"bytes={from}-{to}");
            Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
            Assert.Equal($"bytes {from}-{to}/{bytes.Length}", answer.Content.Headers.ContentRange!.ToString());
            Assert.Equal(bytes[from..(to + 1)], await answer.Content.ReadAsByteArrayAsync());
        }, iter: 50);
    }

    [Fact]
    public async Task The_last_bytes_can_be_asked_for()
    {
        var bytes = Bytes(100);
        await StoreAsync(_node.Store, bytes);
        using var answer = await GetAsync(Digest.Of(bytes), "bytes=-7");
        Assert.Equal("bytes 93-99/100", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(bytes[93..], await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_answered_with_the_size()
    {
        var bytes = Bytes(100);
        await StoreAsync(_node.Store, bytes);
        using var answer = await GetAsync(Digest.Of(bytes), "bytes=100-");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal("bytes */100", answer.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("handcarry/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 404, "BLOB_UNKNOWN")]
    [InlineData("handcarry/blobs/sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", 400, "DIGEST_INVALID")]
    [InlineData("handcarry/blobs/sha512:e3b0", 400, "DIGEST_INVALID")]
    [InlineData("handcarry/blobs/..%2Fstate", 400, "DIGEST_INVALID")]
    [InlineData("Handcarry/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 400, "NAME_INVALID")]
    [InlineData("a__b/-/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 400, "NAME_INVALID")]
    [InlineData("handcarry/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("handcarry/manifests/latest", 404, "NAME_UNKNOWN")]
    [InlineData("_catalog", 404, "UNSUPPORTED")]
    public async Task What_cannot_be_served_is_answered_with_the_specified_error(string path, int status, string code)
    {
        using var answer = await _node.Http.GetAsync(new Uri(_node.Endpoint, "/v2/" + path));
        Assert.Equal((status, code), ((int)answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task A_growing_blob_is_served_as_far_as_it_is_verified_and_then_followed()
    {
        var bytes = Bytes(2 * Chunk + 999);
        await using var ingest = await _node.Store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(0, Chunk + 12));
        using var answer = await _node.Http.GetAsync(_node.BlobUri(ingest.Spec.Digest), HttpCompletionOption.ResponseHeadersRead).InTime();
        Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
        var body = await answer.Content.ReadAsStreamAsync();
        var got = new byte[bytes.Length];
        await body.ReadExactlyAsync(got, 0, Chunk).AsTask().InTime();
        await Until.TrueAsync(() => _node.Counters.BytesSent == Chunk, "what is verified has been sent, and nothing more");

        ingest.Append(bytes.AsSpan(Chunk + 12));
        await body.ReadExactlyAsync(got, Chunk, got.Length - Chunk).AsTask().InTime();
        Assert.Equal(bytes, got);
        Assert.Equal(0, await body.ReadAsync(new byte[1]).AsTask().InTime());
        await Until.TrueAsync(() => _node.Pool.Out == 0, "the server has returned its buffer");
    }

    [Fact]
    public async Task When_the_ingest_is_given_up_the_connection_is_cut()
    {
        var bytes = Bytes(2 * Chunk);
        var ingest = await _node.Store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(0, Chunk));
        using var answer = await _node.Http.GetAsync(_node.BlobUri(ingest.Spec.Digest), HttpCompletionOption.ResponseHeadersRead).InTime();
        var body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[Chunk]).AsTask().InTime();
        await ingest.DisposeAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadAsync(new byte[1]).AsTask().InTime());
        await Until.TrueAsync(() => _node.Pool.Out == 0, "the server has returned its buffer");
    }

    [Fact]
    public async Task When_the_peer_goes_away_the_buffer_comes_back()
    {
        var bytes = Bytes(2 * Chunk);
        await using var ingest = await _node.Store.BeginAsync(Spec(bytes), default);
        ingest!.Append(bytes.AsSpan(0, Chunk));
        using (await _node.Http.GetAsync(_node.BlobUri(ingest.Spec.Digest), HttpCompletionOption.ResponseHeadersRead).InTime())
            Assert.Equal(1, _node.Pool.Out);
        await Until.TrueAsync(() => _node.Pool.Out == 0, "the server has returned its buffer");
    }

    private Task<HttpResponseMessage> GetAsync(Digest digest, string range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _node.BlobUri(digest));
        request.Headers.TryAddWithoutValidation("Range", range);
        return _node.Http.SendAsync(request);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return Assert.Single(body.RootElement.GetProperty("errors").EnumerateArray()).GetProperty("code").GetString();
    }
}
