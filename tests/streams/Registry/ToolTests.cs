using System.Diagnostics;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>The container tools of a node against its registry.</summary>
public sealed class ToolTests : IAsyncLifetime, IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TempFolder _folder = new();
    private TestNode _node = null!;

    private string Loopback => $"{_node.Loopback.Authority}/{CarriedImages.Path}";

    public async Task InitializeAsync() => _node = await TestNode.StartAsync(_authority);

    public async Task DisposeAsync() => await _node.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Skopeo_copies_images_and_lists_from_the_loopback_listener(bool docker)
    {
        Need("skopeo");
        var images = await TakeUpAsync(docker);
        foreach (var digest in new[] { images.Single, images.List })
        {
            var target = _folder.Sub($"copy-{digest.Hex}");
            await RunAsync("skopeo", "--insecure-policy", "copy", "--all", "--src-tls-verify=false", $"docker://{Loopback}@{digest}", $"dir:{target}");
            Assert.Equal(digest, Digest.Of(await File.ReadAllBytesAsync(Path.Combine(target, "manifest.json"))));
        }

        var tag = await RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{Loopback}:sha256-{images.Single.Hex}.sig");
        Assert.Equal(images.Signature, Digest.Of(System.Text.Encoding.UTF8.GetBytes(tag)));
    }

    [SkippableFact]
    public async Task Podman_pulls_from_the_loopback_listener_by_list_and_by_manifest()
    {
        Need("podman");
        Skip.IfNot(Environment.IsPrivilegedProcess, "podman's storage needs root here");
        var images = await TakeUpAsync(docker: false);
        string[] storage = ["--root", _folder.Sub("podman"), "--runroot", _folder.Sub("podman-run"), "--storage-driver", "vfs"];
        foreach (var digest in new[] { images.Single, images.List })
        {
            await RunAsync("podman", [.. storage, "pull", "--quiet", "--tls-verify=false", $"{Loopback}@{digest}"]);
            await RunAsync("podman", [.. storage, "image", "exists", $"{Loopback}@{digest}"]);
        }
    }

    [SkippableFact]
    public async Task Containerd_pulls_from_the_loopback_listener()
    {
        Need("containerd");
        Skip.IfNot(Environment.IsPrivilegedProcess, "containerd needs root");
        var images = await TakeUpAsync(docker: false);
        var config = _folder.Sub("containerd.toml");
        var socket = _folder.Sub("containerd.sock");
        await File.WriteAllTextAsync(config, $"""
            version = 2
            root = "{_folder.Sub("containerd")}"
            state = "{_folder.Sub("containerd-run")}"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.devmapper"]
            [grpc]
              address = "{socket}"
            """);
        using var containerd = Process.Start(new ProcessStartInfo("containerd", ["--config", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        containerd.ErrorDataReceived += static (_, _) => { };
        containerd.OutputDataReceived += static (_, _) => { };
        containerd.BeginErrorReadLine();
        containerd.BeginOutputReadLine();
        try
        {
            await Replication.Until.TrueAsync(() => File.Exists(socket) || containerd.HasExited, "containerd listens");
            foreach (var digest in new[] { images.Single, images.List })
                await RunAsync("ctr", "--address", socket, "images", "pull", "--plain-http", "--snapshotter", "native", "--platform", "linux/amd64", $"{Loopback}@{digest}");
            var listed = await RunAsync("ctr", "--address", socket, "images", "list", "--quiet");
            Assert.Contains($"{Loopback}@{images.List}", listed, StringComparison.Ordinal);
        }
        finally
        {
            if (!containerd.HasExited)
                containerd.Kill();
            await containerd.WaitForExitAsync();
        }
    }

    [SkippableFact]
    public async Task Skopeo_pushes_to_the_data_plane_with_a_peers_certificate_and_without_it_does_not_get_in()
    {
        Need("skopeo");
        var images = await TakeUpAsync(docker: false);
        var trust = Directory.CreateDirectory(_folder.Sub("trust")).FullName;
        await File.WriteAllTextAsync(Path.Combine(trust, "ca.crt"), _authority.Certificate.ExportCertificatePem());
        var to = $"docker://{_node.Endpoint.Authority}/pushed/image";
        var from = $"docker://{Loopback}@{images.List}";
        string[] copy = ["--insecure-policy", "copy", "--all", "--src-tls-verify=false", "--dest-cert-dir", trust, from, $"{to}:here"];
        Assert.NotEqual(0, (await StartAsync("skopeo", copy)).Status);

        using var peer = _authority.Issue("node-2", TestAuthority.ServerAuthentication, TestAuthority.ClientAuthentication);
        await File.WriteAllTextAsync(Path.Combine(trust, "peer.cert"), peer.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(peer)!;
        await File.WriteAllTextAsync(Path.Combine(trust, "peer.key"), key.ExportPkcs8PrivateKeyPem());
        await RunAsync("skopeo", copy);
        Assert.Equal(images.List, _node.Index.Find("pushed/image", "here")?.Digest);

        // To another node, which has none of the blobs.
        await using var other = await TestNode.StartAsync(_authority, "node-2");
        await RunAsync("skopeo", [.. copy[..^1], $"docker://{other.Endpoint.Authority}/pushed/image:here"]);
        Assert.All(images.Inventory.Images.SelectMany(static image => image.Blobs).Skip(3), index => Assert.True(other.Store.Contains(images.Inventory.Blobs[index].Digest)));
        Assert.Equal(0, other.Uploads.Count);
    }

    private async Task<CarriedImages> TakeUpAsync(bool docker)
    {
        var images = await CarriedImages.StoreAsync(_node.Store, docker);
        _node.Index.TakeUp(Digest.Of("a bundle"u8.ToArray()), images.Inventory);
        return images;
    }

    private static void Need(string program) =>
        Skip.IfNot((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (status, output, error) = await StartAsync(program, arguments);
        Assert.True(status == 0, $"{program} {string.Join(' ', arguments)} ended with {status}: {error}");
        return output;
    }

    private static async Task<(int Status, string Output, string Error)> StartAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
