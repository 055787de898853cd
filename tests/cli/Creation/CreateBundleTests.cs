using System.Diagnostics;
using System.Text.Json;
using Handcarry.Lab.Release;
using Handcarry.Registries;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests.Creation;

/// <summary><c>handcarry create bundle</c> against real registries.</summary>
public sealed class CreateBundleTests(PublishedRelease published) : IClassFixture<PublishedRelease>
{
    private static readonly RegistryUser User = new("engineer", "a secret of the engineer");

    [SkippableFact]
    public async Task A_release_behind_TLS_and_a_password_becomes_a_sound_bundle_that_other_tools_read()
    {
        var authority = new RegistryAuthority();
        await using var registry = await StartAsync(new RegistryOptions { Tls = authority, Htpasswd = User });
        using var bench = new Bench();
        var made = await bench.JsonAsync(bench.Create(registry.Authority, "--store", "layers", "--pull-secret", Secret(bench, registry), "--registry-ca", bench.Write("ca.pem", authority.Trust[0].ExportCertificatePem())));

        Assert.Equal(bench.Bundle, Assert.Single(made.GetProperty("files").EnumerateArray()).GetString());
        Assert.Equal(7, made.GetProperty("images").GetInt32());
        Assert.Equal(published.Release.UnpackedSize, made.GetProperty("unpackedSize").GetInt64());
        Assert.Equal(published.Release.ReleaseImage.Name.ToString(), made.GetProperty("release").GetString());
        await bench.VerifyAsync();

        Assert.Contains("OK", await Tool.RunAsync("sha256sum", Path.GetDirectoryName(bench.Bundle)!, "-c", bench.Bundle + ".sha256"), StringComparison.Ordinal);
        Assert.StartsWith("metadata.json\n", await Tool.RunAsync("tar", "/", "tf", bench.Bundle), StringComparison.Ordinal);
        Directory.CreateDirectory(bench["oci"]);
        await Tool.RunAsync("tar", bench["oci"], "xf", bench.Bundle);
        // By name, skopeo 1.9 finds OCI manifests only (reference/container-storage.md, section A).
        var byName = published.Release.Images.Where(static image => image.Manifest.MediaType == MediaTypes.OciManifest).ToList();
        Assert.NotEmpty(byName);
        foreach (var image in byName)
            Assert.Equal(image.Name.Digest, Digest.Of(System.Text.Encoding.UTF8.GetBytes(await Tool.RunAsync("skopeo", "/", "inspect", "--raw", $"oci:{bench["oci"]}:{image.Name}"))));
        Assert.Empty(Directory.EnumerateDirectories(bench["out"]));
    }

    [SkippableFact]
    public async Task A_registry_with_a_token_server_is_read_and_a_wrong_password_is_told_without_it()
    {
        await using var tokens = await TokenServer.StartAsync(User);
        await using var registry = await StartAsync(new RegistryOptions { Token = tokens });
        using var bench = new Bench();
        var insecure = new[] { "--insecure-registry", registry.Authority, "--insecure-registry", tokens.Authority, "--store", "layers" };
        Assert.Equal(ExitCode.Registry, await bench.RunAsync(bench.Create(registry.Authority, [.. insecure, "--pull-secret", Secret(bench, registry, User with { Password = "something else" })])));
        Assert.Contains("RegistryUnauthorized", bench.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("something else", bench.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, await bench.RunAsync(bench.Create(registry.Authority, [.. insecure, "--pull-secret", Secret(bench, registry)])));
        await bench.VerifyAsync();
    }

    [SkippableFact]
    public async Task Identical_content_gives_identical_bytes_whatever_the_registry_does_on_the_way()
    {
        await using var registry = await StartAsync();
        using Bench calm = new(), rough = new();
        Assert.Equal(ExitCode.Ok, await calm.RunAsync(calm.CreateLayers(registry)));

        await using var proxy = await FaultyProxy.StartAsync(registry);
        var (broken, refused, spoiled) = (0, 0, 0);
        // Each blob's connection breaks once, every seventh request is refused, and one blob comes with a wrong byte, once.
        proxy.Goes = (_, given) => given < 3_000_000 * (broken + 1L) || Interlocked.Increment(ref broken) > 5;
        proxy.Answers = context =>
        {
            if (Interlocked.Increment(ref refused) % 7 != 0 || refused > 40)
                return false;
            context.Response.StatusCode = refused % 14 == 0 ? 429 : 500;
            context.Response.Headers.RetryAfter = "0";
            return true;
        };
        proxy.Spoils = (digest, piece) =>
        {
            if (digest == Largest().Digest.ToString() && Interlocked.CompareExchange(ref spoiled, 1, 0) == 0)
                piece.Span[0] ^= 1;
        };
        Assert.True(await rough.RunAsync(rough.CreateLayers(proxy.Front.Authority, "--connections", "3")) == ExitCode.Ok, rough.Error);
        Assert.Equal((true, 1), (broken >= 5, spoiled));
        Assert.Equal(await HashAsync(calm.Bundle), await HashAsync(rough.Bundle));
    }

    [SkippableFact]
    public async Task An_interrupted_run_goes_on_and_fetches_nothing_twice()
    {
        await using var registry = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        using var interrupt = new CancellationTokenSource();
        var half = published.Release.Layers.Sum(static layer => layer.Size) / 2;
        proxy.Goes = (_, given) =>
        {
            if (given > half)
                interrupt.Cancel();
            return true;
        };
        Assert.Equal(ExitCode.Interrupted, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--connections", "1"), interrupt.Token));
        Assert.Contains("the same command goes on", bench.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(bench.Bundle));
        var before = proxy.Given.ToDictionary();

        proxy.Goes = static (_, _) => true;
        Assert.True(await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority)) == ExitCode.Ok, bench.Error);
        AssertFetchedOnce(proxy, before);
        await bench.VerifyAsync();
    }

    [SkippableFact]
    public async Task A_killed_run_goes_on_and_fetches_nothing_twice()
    {
        await using var registry = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        var half = published.Release.Layers.Sum(static layer => layer.Size) / 2;
        var reached = new TaskCompletionSource();
        var open = new ManualResetEventSlim(false);
        proxy.Goes = (_, given) =>
        {
            if (given <= half)
                return true;
            reached.TrySetResult();
            return open.Wait(TimeSpan.FromMinutes(1));
        };
        var program = Path.Combine(AppContext.BaseDirectory, "handcarry.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. bench.CreateLayers(proxy.Front.Authority, "--connections", "1")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = bench["home"];
        using (var process = Process.Start(start)!)
        {
            await Task.WhenAny(reached.Task, process.WaitForExitAsync());
            Assert.False(process.HasExited, process.HasExited ? await process.StandardError.ReadToEndAsync() : "");
            process.Kill();
            await process.WaitForExitAsync();
        }
        var before = proxy.Given.ToDictionary();

        proxy.Goes = static (_, _) => true;
        open.Set();
        Assert.True(await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority)) == ExitCode.Ok, bench.Error);
        AssertFetchedOnce(proxy, before);
        await bench.VerifyAsync();
    }

    [SkippableFact]
    public async Task Everything_that_is_missing_is_told_before_the_first_layer_is_fetched()
    {
        await using var registry = await RegistryAsync();
        var missing = published.Release.Payload.Where(static image => image.Tag is "cli" or "pod").ToList();
        await published.PushAsync(registry, image => !missing.Contains(image));
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        Assert.Equal(ExitCode.Registry, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority)));
        Assert.All(missing, image => Assert.Contains(image.Name.Digest.ToString(), bench.Error, StringComparison.Ordinal));
        Assert.True(proxy.BytesGiven < 100_000, $"{proxy.BytesGiven} bytes of blobs were fetched.");
    }

    [SkippableFact]
    public async Task Parts_put_together_are_the_bundle_in_one_piece()
    {
        await using var registry = await StartAsync();
        using Bench whole = new(), parts = new();
        Assert.Equal(ExitCode.Ok, await whole.RunAsync(whole.CreateLayers(registry)));
        var made = await parts.JsonAsync(parts.CreateLayers(registry, "--part-size", "7MB"));
        var files = made.GetProperty("files").EnumerateArray().Select(static f => f.GetString()!).ToList();
        Assert.All(files.SkipLast(1), static file => Assert.Equal(7_000_000, new FileInfo(file).Length));
        await Tool.RunAsync("sh", parts["out"], "-c", $"cat {Path.GetFileName(parts.Bundle)}.??? > ../whole.tar");
        Assert.Equal(await HashAsync(whole.Bundle), await HashAsync(parts["whole.tar"]));
        Assert.Equal(files.Count, (await Tool.RunAsync("sha256sum", parts["out"], "-c", parts.Bundle + ".sha256")).Split("OK").Length - 1);
        await parts.VerifyAsync();
    }

    [SkippableFact]
    public async Task The_publishers_signature_is_found_verified_and_carried()
    {
        Skip.IfNot(File.Exists("/usr/bin/gpg"), "gpg is not installed");
        await using var registry = await StartAsync();
        using var bench = new Bench();
        var signer = await ReleaseSigner.SignAsync(published.Release, TimeProvider.System, default);
        var other = await ReleaseSigner.SignAsync(published.Release, TimeProvider.System, default);
        var keyring = bench.Write("publisher.asc", signer.PublicKey);
        var store = bench["signatures"];
        var path = Path.Combine(store, $"sha256={published.Release.ReleaseImage.Name.Digest.Hex}", "signature-1");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, signer.Signature);

        var made = await bench.JsonAsync(bench.CreateLayers(registry, "--signature-store", store, "--keyring", keyring, "--require-signature"));
        Assert.Equal((1, 0), (made.GetProperty("signatures").GetInt32(), made.GetProperty("warnings").GetArrayLength()));
        await bench.VerifyAsync("--keyring", keyring, "--require-signature");

        var stranger = bench.Write("stranger.asc", other.PublicKey);
        Assert.Equal(ExitCode.Signature, await bench.RunAsync(bench.CreateLayers(registry, "--force", "--signature-store", store, "--keyring", stranger, "--require-signature")));
        Assert.Contains("SignatureUnknownKey", bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Signature, await bench.RunAsync(bench.CreateLayers(registry, "--force", "--require-signature")));
        Assert.Contains("SignatureMissing", bench.Error, StringComparison.Ordinal);
        made = await bench.JsonAsync(bench.CreateLayers(registry, "--force"));
        Assert.Equal(0, made.GetProperty("signatures").GetInt32());
        Assert.NotEqual(0, made.GetProperty("warnings").GetArrayLength());
        await bench.RunAsync("inspect", bench.Bundle);
        Assert.Contains("no signature", bench.Out, StringComparison.OrdinalIgnoreCase);
    }

    [SkippableFact]
    public async Task Sigstore_attachments_are_carried_where_the_registry_has_them()
    {
        await using var registry = await StartAsync();
        var subject = published.Release.ReleaseImage.Name;
        using (var push = registry.Push(ReleasePush.PathOf(subject)))
            await push.ImageAsync(BundleAttachment.TagOf(subject.Digest), [[1, 2, 3]]);
        using var bench = new Bench();
        var made = await bench.JsonAsync(bench.CreateLayers(registry));
        Assert.Equal(1, made.GetProperty("attachments").GetInt32());
        await bench.VerifyAsync();
    }

    [SkippableFact]
    public async Task Extra_images_go_along_by_digest_and_lists_keep_what_is_wanted()
    {
        await using var registry = await StartAsync();
        var extra = published.Release.Payload.First(static image => image.Blobs.Manifests.Count > 1);
        using (var push = registry.Push("team/app"))
        {
            foreach (var blob in extra.Blobs.Configs.Concat(extra.Blobs.Layers))
                await push.BlobAsync(published.Release.Blobs.PathOf(blob.Digest), blob.Digest);
            foreach (var manifest in extra.Blobs.Manifests.Reverse())
                await push.ManifestAsync(await File.ReadAllBytesAsync(published.Release.Blobs.PathOf(manifest.Digest)), manifest.MediaType, "v1");
        }
        using var bench = new Bench();
        var list = bench.Write("extra.txt", $"# of the team\n{registry.Authority}/team/app:v1 # a tag\n\n");
        var made = await bench.JsonAsync(bench.CreateLayers(registry, "--extra-images-file", list));
        Assert.Equal(8, made.GetProperty("images").GetInt32());
        await bench.VerifyAsync();

        using var file = PartedFile.Open([bench.Bundle]);
        var reader = await BundleReader.OpenAsync(file.OpenRead(0, file.Length), new BundleLimits(), default);
        var name = new ImageName($"{registry.Authority}/team/app", extra.Name.Digest).ToString();
        Assert.Equal([name], reader.Metadata.Extra);
        var inventory = await reader.ReadInventoryAsync(default);
        var image = inventory.Images.Single(image => image.Name == name);
        // The list, the instance of the release's architecture, its configuration; not the other instance.
        Assert.Equal(2, image.Blobs.Count(i => MediaTypes.IsManifest(inventory.Blobs[i].MediaType) || MediaTypes.IsIndex(inventory.Blobs[i].MediaType)));
    }

    [SkippableFact]
    public async Task A_layer_whose_last_bytes_do_not_tell_its_size_is_measured_all_the_same()
    {
        await using var registry = await StartAsync();
        // Two gzip members in one file: the trailer tells the size of the second.
        byte[] plain = [.. Enumerable.Repeat((byte)7, 5_000_000)];
        byte[] layer = [.. Gzip(plain[..4_000_000]), .. Gzip(plain[4_000_000..])];
        using var push = registry.Push("team/app");
        var config = await push.BlobAsync(JsonSerializer.SerializeToUtf8Bytes(new { architecture = "amd64", os = "linux", rootfs = new { type = "layers", diff_ids = new[] { Digest.Of(plain).ToString() } } }), MediaTypes.OciConfig);
        var blob = await push.BlobAsync(layer, MediaTypes.OciLayerGzip);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new { schemaVersion = 2, mediaType = MediaTypes.OciManifest, config = Json(config), layers = new[] { Json(blob) } });
        await push.ManifestAsync(manifest, MediaTypes.OciManifest, "v1");
        using var bench = new Bench();
        var made = await bench.JsonAsync(bench.CreateLayers(registry, "--extra-image", $"{registry.Authority}/team/app:v1"));
        Assert.Equal(published.Release.UnpackedSize + plain.Length, made.GetProperty("unpackedSize").GetInt64());
        Assert.Contains("OK", await Tool.RunAsync("sha256sum", bench["out"], "-c", bench.Bundle + ".sha256"), StringComparison.Ordinal);
        await bench.VerifyAsync();

        static object Json(Descriptor blob) => new { mediaType = blob.MediaType, digest = blob.Digest.ToString(), size = blob.Size };
    }

    [SkippableFact]
    public async Task An_extra_image_whose_layer_is_not_what_its_configuration_says_is_refused()
    {
        await using var registry = await StartAsync();
        using var push = registry.Push("team/app");
        var config = await push.BlobAsync(JsonSerializer.SerializeToUtf8Bytes(new { architecture = "amd64", os = "linux", rootfs = new { type = "layers", diff_ids = new[] { Digest.Of("other"u8).ToString() } } }), MediaTypes.OciConfig);
        var blob = await push.BlobAsync(Gzip(new byte[1000]), MediaTypes.OciLayerGzip);
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{config.MediaType}}","digest":"{{config.Digest}}","size":{{config.Size}}},"layers":[{"mediaType":"{{blob.MediaType}}","digest":"{{blob.Digest}}","size":{{blob.Size}}}]}""";
        await push.ManifestAsync(System.Text.Encoding.UTF8.GetBytes(manifest), MediaTypes.OciManifest, "v1");
        using var bench = new Bench();
        Assert.Equal(ExitCode.Registry, await bench.RunAsync(bench.CreateLayers(registry, "--extra-image", $"{registry.Authority}/team/app:v1")));
        Assert.Contains($"InvalidImage: Layer {blob.Digest} of {registry.Authority}/team/app", bench.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_finished_bundle_is_not_overwritten_and_a_half_made_one_not_mixed_up()
    {
        await using var registry = await StartAsync();
        using var bench = new Bench();
        Assert.Equal(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(registry)));
        Assert.Equal(ExitCode.InTheWay, await bench.RunAsync(bench.CreateLayers(registry)));
        Assert.Contains("--force", bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(registry, "--force")));

        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var interrupt = new CancellationTokenSource();
        proxy.Goes = (_, given) =>
        {
            if (given > 1_000_000)
                interrupt.Cancel();
            return true;
        };
        Assert.Equal(ExitCode.Interrupted, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority, "--force"), interrupt.Token));
        Assert.Equal(ExitCode.InTheWay, await bench.RunAsync(bench.CreateLayers(registry, "--force", "--part-size", "9MB")));
        Assert.Contains("--discard", bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(registry, "--force", "--part-size", "9MB", "--discard")));

        // Nothing of an older bundle of that name stays, be it the whole or a part.
        Assert.False(File.Exists(bench.Bundle));
        Assert.Equal(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(registry, "--force", "--part-size", "20MB")));
        await bench.VerifyAsync();
        Assert.Equal(ExitCode.InTheWay, await bench.RunAsync(bench.CreateLayers(registry)));
        Assert.Equal(ExitCode.Ok, await bench.RunAsync(bench.CreateLayers(registry, "--force")));
        Assert.Equal([bench.Bundle, bench.Bundle + ".sha256"], Directory.EnumerateFiles(bench["out"]).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task An_image_that_is_no_release_or_another_version_is_refused()
    {
        await using var registry = await StartAsync();
        using var bench = new Bench();
        var payload = published.Release.Payload[0].Name;
        Assert.Equal(ExitCode.Registry, await bench.RunAsync(["create", "bundle", "--release", payload.ToString(), .. bench.CreateLayers(registry).Skip(6)]));
        Assert.Contains("NotARelease", bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Registry, await bench.RunAsync(bench.CreateLayers(registry).Select(static word => word == PublishedRelease.Version ? "4.17.13" : word)));
        Assert.Contains("RegistryUnknown", bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, await bench.RunAsync(["create", "bundle", "--release", published.Release.ReleaseImage.Name.ToString(), .. bench.CreateLayers(registry).Skip(6)]));
    }

    [SkippableFact]
    public async Task A_disk_that_is_too_small_is_told_before_a_layer_is_fetched_and_one_that_is_full_at_any_point_as_well()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root: mounts small file systems");
        await using var registry = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        foreach (var size in (string[])["16k", "48k", "200k", "20m"])
        {
            Directory.CreateDirectory(bench["out"]);
            await Tool.RunAsync("mount", "/", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", bench["out"]);
            try
            {
                Assert.Equal(ExitCode.Disk, await bench.RunAsync(bench.CreateLayers(proxy.Front.Authority)));
                Assert.Contains("NoSpace: ", bench.Error, StringComparison.Ordinal);
            }
            finally
            {
                await Tool.RunAsync("umount", "/", bench["out"]);
            }
        }
        Assert.True(proxy.BytesGiven < 400_000, $"{proxy.BytesGiven} bytes of blobs were fetched.");
    }

    private static async Task<RegistryProcess> RegistryAsync(RegistryOptions? options = null)
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        return await RegistryProcess.StartAsync(options);
    }

    private async Task<RegistryProcess> StartAsync(RegistryOptions? options = null)
    {
        var registry = await RegistryAsync(options);
        await published.PushAsync(registry);
        return registry;
    }

    // What was there in whole when the first run ended is not asked for again; of what was on its way, at most a chunk and what the wires held.
    private void AssertFetchedOnce(FaultyProxy proxy, Dictionary<string, long> before)
    {
        const long onTheWay = BlobSpec.ChunkSize + (4 << 20);
        Assert.NotEmpty(before);
        var sizes = published.Release.Layers.ToDictionary(static layer => layer.Digest.ToString(), static layer => layer.Size);
        var again = 0L;
        foreach (var (digest, size) in sizes)
        {
            Assert.True(proxy.Given[digest] >= size);
            again += proxy.Given[digest] - size;
        }
        Assert.True(again < onTheWay, $"{again} bytes were fetched twice.");
    }

    private Descriptor Largest() => published.Release.Images.SelectMany(static image => image.Blobs.Layers).MaxBy(static layer => layer.Size)!;

    private static string Secret(Bench bench, RegistryProcess registry, RegistryUser? user = null) => bench.Write(
        "pull.json",
        JsonSerializer.Serialize(new { auths = new Dictionary<string, object> { [registry.Authority] = new { auth = (user ?? User).Auth } } }));

    private static byte[] Gzip(byte[] plain)
    {
        using var output = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(plain);
        return output.ToArray();
    }

    private static async Task<Digest> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Digest.FromHash(await System.Security.Cryptography.SHA256.HashDataAsync(file));
    }
}
