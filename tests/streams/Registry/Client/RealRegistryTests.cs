using System.Diagnostics;
using System.Text;
using Handcarry.Registries;
using Handcarry.Streams.Content;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Content;
using Handcarry.Streams.Tests.Replication;

namespace Handcarry.Streams.Tests.Registry.Client;

/// <summary>Against Debian's docker-registry, in the ways it is run: plain, with TLS, with passwords, with tokens; filled by skopeo or over HTTP.</summary>
public sealed class RealRegistryTests
{
    private static readonly RegistryUser User = new("engineer", "hunter-22");

    [SkippableFact]
    public async Task What_skopeo_has_copied_is_read_with_a_password_over_tls()
    {
        Need("skopeo");
        using var folder = new TempFolder();
        var authority = new RegistryAuthority();
        await using var registry = await RegistryProcess.StartAsync(new RegistryOptions { Tls = authority, Htpasswd = User });
        var (layer, manifest) = WriteLayout(folder.Sub("layout"));
        await File.WriteAllTextAsync(folder.Sub("auth.json"), Secret(registry));
        await RunAsync(
            "skopeo", "--insecure-policy", "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false", "--dest-authfile", folder.Sub("auth.json"),
            $"oci:{folder.Sub("layout")}:t", $"docker://{registry.Authority}/team/app:v1");

        using var client = new RegistryClient(
            new RegistryClientOptions { Auth = AuthFile.Load(folder.Sub("auth.json")), ExtraCertificateAuthorities = authority.Trust }, TimeProvider.System);
        await ReadsAsync(client, ImageReference.Parse($"{registry.Authority}/team/app:v1"), Digest.Of(manifest), [layer]);
    }

    [SkippableTheory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    public async Task What_was_pushed_is_read_whatever_the_registry_wants(bool tls, bool password, bool token)
    {
        Need();
        var authority = new RegistryAuthority();
        await using var tokens = token ? await TokenServer.StartAsync(User, tls ? authority : null) : null;
        await using var registry = await RegistryProcess.StartAsync(new RegistryOptions { Tls = tls ? authority : null, Htpasswd = password ? User : null, Token = tokens });
        byte[][] layers = [Blobs.Bytes(3 << 20, 1), Blobs.Bytes(10, 2), []];
        using var push = registry.Push("team/app");
        var manifest = await push.ImageAsync("v1", layers);

        using var client = Client(registry, tls ? authority : null);
        var reference = ImageReference.Parse($"{registry.Authority}/team/app:v1");
        await ReadsAsync(client, reference, manifest.Digest, layers);

        Assert.Null(await client.FindManifestAsync(reference.WithTag("sha256-0.sig"), default));
        if (password || token)
        {
            using var anonymous = Client(registry, tls ? authority : null, secret: false);
            var e = await Assert.ThrowsAsync<ContentException>(() => anonymous.GetManifestAsync(reference, default));
            Assert.Equal(Reasons.RegistryUnauthorized, e.Reason);
            Assert.Contains("without a pull secret", e.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task The_rest_of_a_blob_is_read_by_range()
    {
        Need();
        await using var registry = await RegistryProcess.StartAsync();
        var bytes = Blobs.Bytes(2 << 20);
        using var push = registry.Push("a");
        var blob = await push.BlobAsync(bytes, MediaTypes.OciLayer);
        using var client = Client(registry, null);
        var target = new CollectingTarget(blob, bytes[..1_500_000]);
        await client.FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), blob, target, default).InTime();
        Assert.Equal(bytes, target.Bytes);
    }

    [SkippableFact]
    public async Task A_blob_that_rots_in_the_registry_is_refused()
    {
        Need();
        using var folder = new TempFolder();
        await using var registry = await RegistryProcess.StartAsync(new RegistryOptions { Folder = folder.Sub("data") });
        using var push = registry.Push("a");
        var blob = await push.BlobAsync(Blobs.Bytes(100_000), MediaTypes.OciLayer);
        var file = folder.Sub($"data/docker/registry/v2/blobs/sha256/{blob.Digest.Hex[..2]}/{blob.Digest.Hex}/data");
        var rotten = await File.ReadAllBytesAsync(file);
        rotten[50_000] ^= 1;
        await File.WriteAllBytesAsync(file, rotten);

        using var client = Client(registry, null);
        var target = new CollectingTarget(blob);
        var e = await Assert.ThrowsAsync<ContentException>(() => client.FetchBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), blob, target, default).InTime());
        Assert.Equal(Reasons.DigestMismatch, e.Reason);
        Assert.False(target.IsComplete);
    }

    [SkippableFact]
    public async Task A_file_that_is_pushed_comes_back()
    {
        Need();
        using var folder = new TempFolder();
        await using var registry = await RegistryProcess.StartAsync();
        var bytes = Blobs.Bytes(1 << 20);
        await File.WriteAllBytesAsync(folder.Sub("blob"), bytes);
        using var push = registry.Push("a");
        await push.BlobAsync(folder.Sub("blob"), Digest.Of(bytes));
        using var client = Client(registry, null);
        var blob = new Descriptor(MediaTypes.OciLayer, Digest.Of(bytes), bytes.Length);
        Assert.Equal(bytes, await client.GetBlobAsync(ImageReference.Parse($"{registry.Authority}/a"), blob, bytes.Length, default).InTime());
    }

    private static async Task ReadsAsync(RegistryClient client, ImageReference reference, Digest digest, byte[][] layers)
    {
        var byTag = await client.GetManifestAsync(reference, default).InTime();
        Assert.Equal(digest, byTag.Descriptor.Digest);
        var byDigest = await client.GetManifestAsync(reference.WithDigest(digest), default).InTime();
        Assert.Equal(byTag.Bytes.ToArray(), byDigest.Bytes.ToArray());
        Assert.Equal(MediaTypes.OciManifest, byDigest.Descriptor.MediaType);

        var image = ImageManifest.Parse(byTag.Bytes);
        Assert.NotEmpty(await client.GetBlobAsync(reference, image.Config, 1 << 20, default).InTime());
        Assert.Equal(layers.Length, image.Layers.Count);
        await Task.WhenAll(image.Layers.Select(async (layer, i) =>
        {
            var target = new CollectingTarget(layer);
            await client.FetchBlobAsync(reference, layer, target, default).InTime();
            Assert.Equal(layers[i], target.Bytes);
        }));
    }

    private static RegistryClient Client(RegistryProcess registry, RegistryAuthority? authority, bool secret = true) => new(
        new RegistryClientOptions
        {
            Auth = secret ? AuthFile.Parse(Encoding.UTF8.GetBytes(Secret(registry))) : null,
            ExtraCertificateAuthorities = authority?.Trust,
            InsecureRegistries = authority is null ? [registry.Authority] : [],
        },
        TimeProvider.System);

    private static string Secret(RegistryProcess registry) => $"{{\"auths\": {{\"{registry.Authority}/team\": {{\"auth\": \"{User.Auth}\"}}}}}}";

    // An OCI image layout with one image of one layer, by hand, because skopeo only copies.
    private static (byte[] Layer, byte[] Manifest) WriteLayout(string folder)
    {
        var blobs = Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256")).FullName;
        var layer = Blobs.Bytes(300_000);
        var config = Encoding.UTF8.GetBytes($"{{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\"{Digest.Of(layer)}\"]}}}}");
        var manifest = Encoding.UTF8.GetBytes(
            $"{{\"schemaVersion\":2,\"mediaType\":\"{MediaTypes.OciManifest}\",\"config\":{Json(MediaTypes.OciConfig, config)},\"layers\":[{Json(MediaTypes.OciLayer, layer)}]}}");
        foreach (var bytes in (byte[][])[layer, config, manifest])
            File.WriteAllBytes(Path.Combine(blobs, Digest.Of(bytes).Hex), bytes);
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(
            Path.Combine(folder, "index.json"),
            $"{{\"schemaVersion\":2,\"manifests\":[{Json(MediaTypes.OciManifest, manifest)[..^1]},\"annotations\":{{\"org.opencontainers.image.ref.name\":\"t\"}}}}]}}");
        return (layer, manifest);

        static string Json(string mediaType, byte[] bytes) => $"{{\"mediaType\":\"{mediaType}\",\"digest\":\"{Digest.Of(bytes)}\",\"size\":{bytes.Length}}}";
    }

    private static void Need(params string[] programs)
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        foreach (var program in programs)
            Skip.IfNot(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {error}");
    }
}
