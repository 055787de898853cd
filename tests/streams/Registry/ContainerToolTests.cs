using System.Diagnostics;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Tests.Replication;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>The loopback registry as skopeo, podman and containerd see it.</summary>
public sealed class ContainerToolTests : IAsyncLifetime
{
    private LoopbackSite _site = null!;

    public async Task InitializeAsync() => _site = await LoopbackSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [SkippableFact]
    public async Task Skopeo_copies_an_image_by_digest()
    {
        Need("skopeo");
        var image = await TakeUpAsync();
        await RunAsync("skopeo", "--insecure-policy", "copy", "--quiet", "--preserve-digests", "--src-tls-verify=false", $"docker://{_site.NameOf(image.Digest)}", $"oci:{_site.Folder.Sub("copy")}:t");
        Assert.Equal(image.Size, new FileInfo(_site.Folder.Sub($"copy/blobs/sha256/{image.Digest.Hex}")).Length);
    }

    [SkippableFact]
    public async Task Skopeo_copies_a_list_with_all_its_instances()
    {
        Need("skopeo");
        var amd = await _site.Bundle.ImageAsync("amd64");
        var arm = await _site.Bundle.ImageAsync("arm64", architecture: "arm64");
        var list = await _site.Bundle.ListAsync((amd, "amd64"), (arm, "arm64"));
        _site.TakeUp(_site.Bundle);
        await RunAsync("skopeo", "--insecure-policy", "copy", "--quiet", "--all", "--preserve-digests", "--src-tls-verify=false", $"docker://{_site.NameOf(list.Digest)}", $"oci:{_site.Folder.Sub("copy")}:t");
        Assert.All(new[] { list, amd, arm }, blob => Assert.True(File.Exists(_site.Folder.Sub($"copy/blobs/sha256/{blob.Digest.Hex}"))));
    }

    [SkippableFact]
    public async Task Skopeo_sees_the_signature_of_an_image_under_its_tag()
    {
        Need("skopeo");
        var image = await _site.Bundle.ImageAsync("a");
        var signature = await _site.Bundle.SignatureAsync(image);
        _site.TakeUp(_site.Bundle);
        var tag = BundleAttachment.TagOf(image.Digest);
        var raw = await RunAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{_site.Endpoint.Authority}/{ServedBundle.Repository}:{tag}");
        Assert.Equal(signature.Digest, Digest.Of(System.Text.Encoding.UTF8.GetBytes(raw)));
        var tags = await RunAsync("skopeo", "list-tags", "--tls-verify=false", $"docker://{_site.Endpoint.Authority}/{ServedBundle.Repository}");
        Assert.Contains($"\"{tag}\"", tags, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Podman_pulls_an_image_by_digest()
    {
        Need("podman");
        Skip.IfNot(Environment.IsPrivilegedProcess, "podman needs root for a store of its own");
        var image = await TakeUpAsync();
        string[] store = ["--root", _site.Folder.Sub("root"), "--runroot", _site.Folder.Sub("run"), "--storage-driver", "vfs"];
        await RunAsync("podman", [.. store, "pull", "--quiet", "--tls-verify=false", _site.NameOf(image.Digest)]);
        Assert.Contains(image.Digest.ToString(), await RunAsync("podman", [.. store, "images", "--digests", "--format", "{{.Digest}}"]), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Containerd_pulls_an_image_by_digest()
    {
        Need("containerd", "ctr");
        Skip.IfNot(Environment.IsPrivilegedProcess, "containerd needs root");
        var image = await TakeUpAsync();
        var (folder, socket) = (_site.Folder.Sub("containerd"), _site.Folder.Sub("c.sock"));
        await File.WriteAllTextAsync(
            _site.Folder.Sub("config.toml"),
            $"""
            version = 2
            root = "{folder}/root"
            state = "{folder}/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
            [grpc]
              address = "{socket}"
            """);
        var log = _site.Folder.Sub("containerd.log");
        using var containerd = Process.Start(new ProcessStartInfo("sh", ["-c", "exec containerd -c \"$0\" 2> \"$1\"", _site.Folder.Sub("config.toml"), log]))!;
        try
        {
            await Until.TrueAsync(() => containerd.HasExited || File.Exists(socket), "containerd listens");
            Assert.False(containerd.HasExited, await File.ReadAllTextAsync(log));
            await RunAsync("ctr", "--address", socket, "images", "pull", "--plain-http", "--snapshotter", "native", "--platform", "linux/amd64", _site.NameOf(image.Digest));
            Assert.Contains(_site.NameOf(image.Digest), await RunAsync("ctr", "--address", socket, "images", "list", "-q"), StringComparison.Ordinal);
        }
        finally
        {
            containerd.Kill();
            await containerd.WaitForExitAsync();
        }
    }

    private async Task<Descriptor> TakeUpAsync()
    {
        var image = await _site.Bundle.ImageAsync("a");
        _site.TakeUp(_site.Bundle);
        return image;
    }

    private static void Need(params string[] programs)
    {
        foreach (var program in programs)
            Skip.IfNot(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
        return await output;
    }
}
