using Handcarry.Registries;
using Handcarry.Streams.Bundles;
using Handcarry.Streams.Content;
using Handcarry.Streams.Creation;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Tests.Content;

namespace Handcarry.Streams.Tests.Creation;

public sealed class ReleaseResolverTests
{
    [SkippableTheory]
    [InlineData("multi", new string[0], new[] { "amd64", "arm64", "s390x" })]
    [InlineData("multi", new[] { "x86_64", "aarch64" }, new[] { "amd64", "arm64" })]
    [InlineData("s390x", new[] { "s390x" }, new[] { "s390x" })]
    public async Task Of_a_release_for_several_architectures_the_lists_stay_and_the_instances_that_are_wanted(string arch, string[] wanted, string[] architectures)
    {
        await using var registry = await StartAsync();
        var release = await MultiRelease.PushAsync(registry);
        using var folder = new TempFolder();
        using var client = Client(registry);
        var resolver = new ReleaseResolver(client, folder.Sub("cache"));
        var resolved = await resolver.ResolveAsync(Request(registry, release) with { Architectures = wanted }, null, default);

        Assert.Equal((arch, "4.18.1"), (resolved.Contents.Arch, resolved.Contents.Version));
        Assert.Equal(release, resolved.Contents.Release.Digest);
        Assert.Equal(architectures, resolved.GoArchitectures);
        Assert.Equal(2, resolved.Contents.Images.Count);
        foreach (var image in resolved.Contents.Images)
        {
            Assert.Equal(image.Name.Digest, image.Manifests[0].Digest);
            Assert.Equal(MultiRelease.Architectures, ImageIndex.Parse(resolver.Find(image.Name.Digest)!).Manifests.Select(static m => m.Platform!.Architecture));
            Assert.Equal((architectures.Length + 1, architectures.Length), (image.Manifests.Count, image.Configs.Count));
        }

        // One layer of its own per instance, and the release's last one, which is the same in all.
        Assert.Equal(2 * architectures.Length + 1, resolved.Layers.Count());
        var layout = BundleLayout.Of(BundlePlanner.Plan(resolved.Contents));
        Directory.CreateDirectory(folder.Sub("draft"));
        using var draft = BundleDraft.Open(folder.Sub("draft"), layout, null);
        var unpacked = await new BundleFiller(draft, new RegistryOrigin(client, resolver, resolved), resolved.DiffIds.ToDictionary(static id => id.Key, static id => (Digest?)id.Value)).FillAsync(4, default);
        draft.Finish(unpacked, null);
        using var bundle = PartedFile.Open([folder.Sub("draft/bundle.tar")]);
        var reader = await BundleReader.OpenAsync(bundle.OpenRead(0, bundle.Length), new BundleLimits(), default);
        Assert.Equal(unpacked, reader.Metadata.UnpackedSize);
        Assert.Equal(layout.Plan.Blobs.Count, (await reader.ReadInventoryAsync(default)).Blobs.Count);
    }

    [SkippableFact]
    public async Task An_architecture_that_the_release_does_not_have_is_named()
    {
        await using var registry = await StartAsync();
        var release = await MultiRelease.PushAsync(registry);
        using var folder = new TempFolder();
        using var client = Client(registry);
        var e = await Assert.ThrowsAsync<ContentException>(() =>
            new ReleaseResolver(client, folder.Sub("cache")).ResolveAsync(Request(registry, release) with { Architectures = ["ppc64le"] }, null, default));
        Assert.Equal(Reasons.InvalidImage, e.Reason);
        Assert.Contains("ppc64le", e.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_reference_by_tag_is_refused()
    {
        await using var registry = await StartAsync();
        var release = await MultiRelease.PushAsync(registry, $"{registry.Authority}/payload:latest");
        using var folder = new TempFolder();
        using var client = Client(registry);
        var e = await Assert.ThrowsAsync<ContentException>(() => new ReleaseResolver(client, folder.Sub("cache")).ResolveAsync(Request(registry, release), null, default));
        Assert.Equal(Reasons.NotByDigest, e.Reason);
    }

    [SkippableFact]
    public async Task What_was_resolved_before_is_not_fetched_again()
    {
        await using var registry = await StartAsync();
        var release = await MultiRelease.PushAsync(registry);
        using var folder = new TempFolder();
        using (var client = Client(registry))
            await new ReleaseResolver(client, folder.Sub("cache")).ResolveAsync(Request(registry, release), null, default);

        // Attachments alone are asked for again: they may have come meanwhile.
        await using var front = await ScriptedRegistry.StartAsync(context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        using var nothing = new RegistryClient(
            new RegistryClientOptions { Mirrors = [new RegistryMirror(registry.Authority, $"{front.Authority}/nothing")], MirrorsOnly = true, InsecureRegistries = [front.Authority] }, TimeProvider.System);
        var again = await new ReleaseResolver(nothing, folder.Sub("cache")).ResolveAsync(Request(registry, release), null, default);
        Assert.Equal(2, again.Contents.Images.Count);
        Assert.All(front.Seen, static request => Assert.EndsWith(".sig", request.Path, StringComparison.Ordinal));
    }

    private static async Task<RegistryProcess> StartAsync()
    {
        Skip.IfNot(RegistryProcess.IsInstalled, "docker-registry is not installed");
        return await RegistryProcess.StartAsync();
    }

    private static RegistryClient Client(RegistryProcess registry) =>
        new(new RegistryClientOptions { InsecureRegistries = [registry.Authority] }, TimeProvider.System);

    private static BundleRequest Request(RegistryProcess registry, Digest release) =>
        new() { Release = ImageReference.Parse($"{registry.Authority}/release@{release}") };
}
