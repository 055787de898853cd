using System.Net;
using System.Net.Sockets;
using Handcarry.Agent.Serving;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry;
using Handcarry.Twins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Handcarry.Agent.Tests.Serving;

/// <summary>The agent's registry for its own node, asked as the node's container tools would ask it.</summary>
public sealed class OwnRegistryTests : IDisposable
{
    private static readonly byte[] Manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":2},"layers":[]}"""u8.ToArray();
    private static readonly ImageName Release = new("quay.io/openshift-release-dev/ocp-release", Digest.Of(Manifest));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("handcarry-own-registry-");
    private readonly ManualTime _time = new();
    private readonly RegistryIndex _index = new();
    private readonly BlobStore _blobs;

    public OwnRegistryTests() => _blobs = BlobStore.Open(_folder.FullName);

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task An_image_that_it_has_is_answered_for_and_one_that_it_has_not_is_named()
    {
        await HoldAsync();
        await using var registry = await StartAsync(0);
        Assert.Null(await registry.WhyNotAsync([Release], default));

        var other = Release with { Digest = Digest.Of("another"u8) };
        var why = await registry.WhyNotAsync([Release, other], default);

        Assert.Contains($"answered 404 when asked for {other}.", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_off_says_which_setting_to_change()
    {
        await using var registry = await StartAsync(null);
        Assert.Contains("data.loopbackPort is off", await registry.WhyNotAsync([Release], default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_taken_once_that_one_is_gone()
    {
        await HoldAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var registry = await StartAsync(port);
        var answered = AnswerAsync(other, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        var why = await registry.WhyNotAsync([Release], default);
        Assert.Contains($"cannot listen on 127.0.0.1:{port}, as another program does", why, StringComparison.Ordinal);
        await answered;

        other.Stop();
        await Eventually.HoldsAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return await registry.WhyNotAsync([Release], default) is null;
            },
            "it listens there itself");
    }

    [Fact]
    public async Task Bytes_that_are_not_the_manifest_are_no_answer_and_neither_is_silence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = new Uri($"http://{other.LocalEndpoint}");
        using var probe = new RegistryProbe();
        var answered = AnswerAsync(other, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        Assert.Equal($"What listens on {address.Authority} gave something else when asked for {Release}.", await probe.AskAsync(address, [Release], default));
        var request = await answered;
        Assert.StartsWith($"GET /v2/openshift-release-dev/ocp-release/manifests/{Release.Digest} HTTP/1.1", request, StringComparison.Ordinal);

        other.Stop();
        Assert.StartsWith($"Nobody answers on {address.Authority} when asked for {Release}: ", await probe.AskAsync(address, [Release], default), StringComparison.Ordinal);
    }

    private Task<OwnRegistry> StartAsync(int? port) => OwnRegistry.StartAsync(
        port,
        (wanted, cancel) => LoopbackServer.StartAsync(
            new DataPlaneOptions { Listen = new IPEndPoint(IPAddress.Loopback, wanted) }, _blobs, _index, new TransferCounters(), NullLoggerFactory.Instance, cancel),
        _time,
        NullLogger<OwnRegistry>.Instance);

    private async Task HoldAsync()
    {
        await using (var ingest = await _blobs.BeginAsync(new BlobSpec(Release.Digest, Manifest.Length, []), default))
        {
            ingest!.Append(Manifest);
            await ingest.CompleteAsync(default);
        }

        _index.TakeUp(Digest.Of("bundle"u8), new BundleInventory
        {
            Version = "4.20.12",
            Arch = "x86_64",
            UnpackedSize = 1,
            Store = StoreKind.Layers,
            Previous = [],
            Channels = [],
            Blobs = [new InventoryBlob(MediaTypes.OciManifest, Release.Digest, Manifest.Length, [])],
            Images = [new InventoryImage($"{Release}", 0, [0])],
            Release = 0,
            Extra = [],
            Signatures = [],
            Attachments = [],
        });
    }

    // Answers one request, and tells what it was.
    private static async Task<string> AnswerAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var request = new byte[4096];
        var length = await stream.ReadAtLeastAsync(request, 1, throwOnEndOfStream: false);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        return System.Text.Encoding.ASCII.GetString(request, 0, length);
    }
}
