using System.Text.Json;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Tests.Site;

public sealed class ContainerStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Images_in_the_store_are_listed_found_read_and_run_and_others_are_not()
    {
        Skip.IfNot(Machine.HasContainerTools, Machine.NoContainerTools);
        var release = ReleaseMaker.Make(new ReleaseOptions { Images = 5, Size = 3_000_000 }, Path.Combine(_folder, "release"), Busybox.Read(), CancellationToken.None);
        var path = Path.Combine(_folder, "store");
        foreach (var image in (MadeImage[])[release.ReleaseImage, release.ProgramImage, release.Payload.Single(static i => i.Tag == "pod")])
            await ImportAsync(release, image, path);
        var store = new ContainerStore(path, Path.Combine(_folder, "scratch"));
        var absent = release.Payload.Single(static image => image.Tag == "rhel-coreos").Name;

        var listed = await store.ListAsync(CancellationToken.None);
        Assert.Contains(release.ReleaseImage.Name.ToString(), listed);
        Assert.Contains(release.ProgramImage.Name.ToString(), listed);
        Assert.Contains(release.Payload.Single(static image => image.Tag == "pod").Name.ToString(), listed);
        Assert.DoesNotContain(absent.ToString(), listed);

        Assert.True(await store.HasAsync(release.ProgramImage.Name, CancellationToken.None));
        Assert.False(await store.HasAsync(absent, CancellationToken.None));
        Assert.False(await store.HasAsync(release.ProgramImage.Name with { Repository = "quay.io/other" }, CancellationToken.None));

        var files = await store.ReadAsync(release.ReleaseImage.Name, "/release-manifests", CancellationToken.None);
        Assert.Equal("4.17.12", JsonDocument.Parse(files["release-metadata"]).RootElement.GetProperty("version").GetString());
        Assert.Contains("image-references", files.Keys);

        Assert.Equal(release.ProgramOutput, await store.RunAsync(release.ProgramImage.Name, CancellationToken.None, MadeRelease.Program));
        Assert.Empty(SiteSweep.Mounts(_folder));
    }

    [Fact]
    public async Task A_store_that_was_never_published_holds_nothing()
    {
        var store = new ContainerStore(Path.Combine(_folder, "store"), Path.Combine(_folder, "scratch"));

        Assert.False(store.Exists);
        Assert.Empty(await store.ListAsync(CancellationToken.None));
    }

    private async Task ImportAsync(MadeRelease release, MadeImage image, string store)
    {
        var layout = Directory.CreateDirectory(Path.Combine(_folder, "layout", image.Tag)).FullName;
        await File.WriteAllTextAsync(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        await File.WriteAllTextAsync(
            Path.Combine(layout, "index.json"),
            $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{image.Manifest.MediaType}}","digest":"{{image.Name.Digest}}","size":{{image.Manifest.Size}}}]}""");
        await Tool.RunAsync(
            "skopeo",
            [
                "--insecure-policy", "copy", "--quiet", "--src-shared-blob-dir", Path.Combine(release.Blobs.Root, "blobs"), $"oci:{layout}",
                $"containers-storage:[overlay@{store}+{_folder}/run:overlay.skip_mount_home=true]{image.Name}",
            ],
            CancellationToken.None);
    }
}
