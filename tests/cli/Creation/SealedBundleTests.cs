using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Registries;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;

namespace Handcarry.Cli.Tests.Creation;

/// <summary><c>handcarry create bundle</c> with the finished container storage in the bundle.</summary>
public sealed class SealedBundleTests(PublishedRelease published) : IClassFixture<PublishedRelease>
{
    [SkippableFact]
    public async Task A_sealed_bundle_is_proven_down_to_each_layer_and_keeps_the_layers_that_a_registry_is_asked_for()
    {
        await using var registry = await StartAsync();
        using var bench = new Bench();
        Assert.Equal(ExitCode.Ok, await bench.RunAsync("create", "key", bench["vetted.pem"]));
        var made = await bench.JsonAsync(Create(bench, registry, "--keep-layers", "etcd", "--sign-key", bench["vetted.pem"], "--scratch", bench["scratch"]));
        Assert.Equal("sealed", made.GetProperty("store").GetString());
        Assert.Equal(published.Release.UnpackedSize, made.GetProperty("unpackedSize").GetInt64());
        Assert.Single(made.GetProperty("signedBy").EnumerateArray());
        await bench.VerifyAsync("--trust-key", bench["vetted.pem.pub"]);

        using var file = PartedFile.Open([bench.Bundle]);
        var reader = await BundleReader.OpenAsync(file.OpenRead(0, file.Length), new BundleLimits(), default);
        var inventory = await reader.ReadInventoryAsync(default);
        var kept = published.Release.Payload.Where(static image => image.Tag is "etcd" or "rhel-coreos").ToDictionary(static image => image.Name.ToString());
        foreach (var image in inventory.Images)
        {
            var layers = image.Blobs.Where(i => MediaTypes.IsLayer(inventory.Blobs[i].MediaType)).Select(i => inventory.Blobs[i].Digest);
            Assert.Equal(kept.TryGetValue(image.Name, out var whole) ? whole.Blobs.Layers.Select(static l => l.Digest).Order() : [], layers.Order());
        }
        Assert.NotEmpty(inventory.Blobs[inventory.SealedStore!.Value].Chunks);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench["scratch"]));
        Assert.Empty(Directory.EnumerateDirectories(bench["out"]));
    }

    [SkippableFact]
    public async Task Both_forms_go_into_one_bundle_and_parts()
    {
        await using var registry = await StartAsync();
        using var bench = new Bench();
        var made = await bench.JsonAsync([.. Create(bench, registry, "--part-size", "11MB"), "--store", "both"]);
        Assert.True(made.GetProperty("files").GetArrayLength() > 2);
        await bench.VerifyAsync();
        await bench.RunAsync("inspect", bench.Bundle);
        Assert.Contains("both", bench.Out, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_interrupted_sealing_leaves_only_what_was_fetched_and_fetches_nothing_twice()
    {
        await using var registry = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        using var interrupt = new CancellationTokenSource();
        var args = bench.Create(proxy.Front.Authority, "--insecure-registry", proxy.Front.Authority, "--scratch", bench["scratch"]);
        var running = bench.RunAsync(args, interrupt.Token);
        // The store is being unpacked as soon as there is something in its folder.
        await WaitAsync(() => Directory.Exists(bench["scratch"]) && Directory.EnumerateDirectories(bench["scratch"], "overlay-layers", SearchOption.AllDirectories).Any(), running);
        await interrupt.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await running);
        Assert.Empty(Directory.EnumerateDirectories(bench["scratch"], "overlay*", SearchOption.AllDirectories));
        var fetched = proxy.BytesGiven;

        // As late as it can be: the bundle itself is being written. It may be done before the interruption is heard.
        using var late = new CancellationTokenSource();
        running = bench.RunAsync(args, late.Token);
        await WaitAsync(() => Directory.Exists(bench["out"]) && Directory.EnumerateFiles(bench["out"], "bundle.tar", SearchOption.AllDirectories).Any(), running);
        await late.CancelAsync();
        if (await running == ExitCode.Interrupted)
            Assert.True(await bench.RunAsync(args) == ExitCode.Ok, bench.Error);
        Assert.Equal(fetched, proxy.BytesGiven);
        await bench.VerifyAsync();
    }

    [SkippableFact]
    public async Task Layers_to_be_kept_of_an_image_that_is_not_there_are_refused_before_anything_is_fetched()
    {
        await using var registry = await StartAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry);
        using var bench = new Bench();
        Assert.Equal(ExitCode.Usage, await bench.RunAsync(bench.Create(proxy.Front.Authority, "--insecure-registry", proxy.Front.Authority, "--keep-layers", "no-such-image")));
        Assert.Contains("no-such-image", bench.Error, StringComparison.Ordinal);
        Assert.True(proxy.BytesGiven < 100_000, $"{proxy.BytesGiven} bytes of blobs were fetched.");
    }

    private static string[] Create(Bench bench, RegistryProcess registry, params string[] more) => bench.Create(registry.Authority, ["--insecure-registry", registry.Authority, .. more]);

    private static async Task WaitAsync(Func<bool> condition, Task running)
    {
        while (!running.IsCompleted && !condition())
            await Task.Delay(20);
        Assert.False(running.IsCompleted, "The command ended before it could be interrupted.");
    }

    private async Task<RegistryProcess> StartAsync()
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        Skip.IfNot(File.Exists("/usr/bin/skopeo") && File.Exists("/usr/bin/mksquashfs"), "skopeo or mksquashfs is not installed");
        try
        {
            StoreSealer.CheckRights(Path.GetTempPath());
        }
        catch (ContentException e)
        {
            Skip.If(true, e.Message);
        }
        var registry = await RegistryProcess.StartAsync();
        await published.PushAsync(registry);
        return registry;
    }
}
