using System.Net;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Streams.Tests.Replication;
using static Handcarry.Streams.Tests.Content.Blobs;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>The suite against the data plane, as a peer; and what the specification leaves to registries.</summary>
public sealed class OwnRegistryTests : RegistrySuite
{
    private readonly TestAuthority _authority = new();
    private readonly ManualTime _time = new();
    private TestNode _node = null!;

    protected override HttpClient Http => _node.Http;

    protected override Uri Endpoint => _node.Endpoint;

    public override async Task InitializeAsync() =>
        _node = await TestNode.StartAsync(_authority, limits: new UploadOptions { MostSessions = 3, MostBytes = 1 << 20 }, time: _time);

    public override async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("DELETE", "conformance/test/manifests/v1", "GET, HEAD, PUT")]
    [InlineData("DELETE", "conformance/test/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "GET, HEAD")]
    [InlineData("PUT", "conformance/test/blobs/uploads/", "POST")]
    public async Task End_9_and_10_nothing_is_deleted_by_request(string method, string path, string allowed)
    {
        using var answer = await SendAsync(new HttpMethod(method), "/v2/" + path);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "UNSUPPORTED"), (answer.StatusCode, await CodeAsync(answer)));
        Assert.Equal(allowed.Split(", ").Order(), answer.Content.Headers.Allow.Order());
    }

    [Theory]
    [InlineData("POST", "conformance/test/blobs/uploads/")]
    [InlineData("PUT", "conformance/test/manifests/v1")]
    public async Task To_the_loopback_listener_nothing_is_pushed(string method, string path)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_node.Loopback, "/v2/" + path));
        using var answer = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "UNSUPPORTED"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Theory]
    [InlineData("registry.example.com")]
    [InlineData("192.0.2.7:5000")]
    public async Task The_loopback_listener_answers_to_no_other_name(string host)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_node.Loopback, "/v2/")) { Headers = { Host = host } };
        using var answer = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.Forbidden, "DENIED"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task The_loopback_listener_takes_no_other_address() =>
        await Assert.ThrowsAsync<ArgumentException>(() => LoopbackServer.StartAsync(
            new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Any, 0) }, _node.Store, _node.Index, _node.Counters, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, default));

    [Fact]
    public async Task Only_so_many_uploads_are_open_at_once()
    {
        for (var i = 0; i < 3; i++)
            await BeginAsync();
        using var answer = await SendAsync(HttpMethod.Post, "/v2/conformance/test/blobs/uploads/");
        Assert.Equal((HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS"), (answer.StatusCode, await CodeAsync(answer)));
    }

    [Fact]
    public async Task Uploads_together_have_only_so_many_bytes_and_what_ends_makes_room()
    {
        var place = await BeginAsync();
        using (var first = await SendAsync(HttpMethod.Patch, place, Bytes(900_000)))
            Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        using (var second = await SendAsync(HttpMethod.Patch, await BeginAsync(), Bytes(200_000)))
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID"), (second.StatusCode, await CodeAsync(second)));
        (await SendAsync(HttpMethod.Delete, place)).Dispose();
        await PushAsync(Bytes(900_000));
    }

    [Fact]
    public async Task An_upload_that_nobody_goes_on_with_ends()
    {
        var place = await BeginAsync();
        _time.Advance(TimeSpan.FromMinutes(16));
        await Until.TrueAsync(() => _node.Uploads.Count == 0, "the session has ended");
        Assert.Empty(Directory.GetFiles(Path.Combine(_node.UploadsPath, "sessions")));
        using var answer = await SendAsync(HttpMethod.Get, place);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task What_was_pushed_is_served_by_the_next_start_and_what_was_not_ended_is_gone()
    {
        var config = "{}"u8.ToArray();
        await PushAsync(config);
        var manifest = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{MediaTypes.OciConfig}}","digest":"{{Digest.Of(config)}}","size":2},"layers":[]}""");
        using (var put = await SendAsync(HttpMethod.Put, "/v2/conformance/test/manifests/kept", manifest, static request => request.Content!.Headers.ContentType = new(MediaTypes.OciManifest)))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        await BeginAsync();

        var index = new RegistryIndex();
        using var again = RegistryUploads.Open(_node.UploadsPath, index, new UploadOptions(), TimeProvider.System);
        Assert.Equal(Digest.Of(manifest), index.Find("conformance/test", "kept")?.Digest);
        Assert.Empty(Directory.GetFiles(Path.Combine(_node.UploadsPath, "sessions")));
    }

    [Fact]
    public async Task A_push_that_breaks_off_leaves_no_buffer_out()
    {
        var place = await BeginAsync();
        using var tls = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(Endpoint, place)) { Content = new EndlessContent(tls) };
        await Assert.ThrowsAnyAsync<Exception>(() => Http.SendAsync(request, tls.Token));
        await Until.TrueAsync(() => _node.Pool.Out == 0, "the server has returned its buffer");
        await Until.TrueAsync(() => _node.Uploads.Count == 1, "the session can be gone on with");
    }

    /// <summary>A body that is given up after some bytes.</summary>
    private sealed class EndlessContent(CancellationTokenSource giveUp) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[300_000]);
            await stream.FlushAsync();
            await giveUp.CancelAsync();
            await Task.Delay(Timeout.Infinite, giveUp.Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 600_000;
            return true;
        }
    }
}
