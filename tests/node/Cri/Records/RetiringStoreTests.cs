using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Tests.Storage;

namespace Handcarry.Hosts.Node.Tests.Cri.Records;

/// <summary>On storage that skopeo and podman, whose library is CRI-O's, have made.</summary>
public sealed class RetiringStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ImageMaker _images;

    public RetiringStoreTests() => _images = new ImageMaker(_folder.At("blobs"));

    private string Main => _folder.At("main");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_storage_that_has_all_its_layers_itself_lets_every_store_go()
    {
        NeedTools();
        var image = _images.MakeUnique();
        await ImportAsync(image, Main);
        await ImportAsync(_images.MakeUnique(), _folder.At("old"));

        var dependents = Find("old");

        Assert.True(dependents.None);
        Assert.Empty(dependents.Broken);
    }

    [SkippableFact]
    public async Task An_image_recorded_in_the_main_storage_with_its_layers_in_the_store_is_found_with_what_to_do()
    {
        NeedTools();
        var (needed, spare) = (_images.MakeUnique(), _images.MakeUnique());
        await ImportAsync(needed, _folder.At("old"));
        await ImportAsync(spare, _folder.At("old"));
        await ImportAsync(needed, Main, additional: "old");
        await ImportAsync(spare, Main, additional: "old");

        var dependents = Find("old", needed: needed);

        Assert.Equal(
            [(needed.Name.ToString(), RecordRemedy.PullAgain), (spare.Name.ToString(), RecordRemedy.Remove)],
            dependents.Images.Select(static image => (Assert.Single(image.Names), image.Remedy)));
        Assert.Empty(dependents.Containers);
        Assert.Empty(dependents.Broken);
        // That is what would happen to the runtime.
        await Tool.RunAsync("rm", "-rf", "--", _folder.At("old"));
        Assert.Equal(2, Find("old").Broken.Count);
        Assert.Contains("layer not known", (await PodmanAsync(null, "images", "--all")).ErrorTail);
    }

    [SkippableFact]
    public async Task An_image_that_was_built_on_a_layer_of_the_store_is_found()
    {
        NeedTools();
        var shared = _images.MakeLayer("base", "base"u8.ToArray());
        var below = _images.Make(ImageMaker.Repository, docker: true, shared);
        var above = _images.Make(ImageMaker.Repository, docker: true, shared, _images.MakeLayer("more", "more"u8.ToArray()));
        await ImportAsync(below, _folder.At("old"));
        await ImportAsync(above, Main, additional: "old");

        var image = Assert.Single(Find("old").Images);

        Assert.Equal(above.Name.ToString(), Assert.Single(image.Names));
        Assert.True(Directory.Exists(_folder.At("old", "overlay", image.Layer)));
    }

    [SkippableFact]
    public async Task A_layer_that_another_store_has_too_does_not_count()
    {
        NeedTools();
        var image = _images.MakeUnique();
        await ImportAsync(image, _folder.At("old"));
        await ImportAsync(image, _folder.At("new"));
        await ImportAsync(image, Main, additional: "old");

        Assert.False(Find("old").None);
        Assert.True(Find("old", staying: "new").None);
    }

    [SkippableFact]
    public async Task A_container_that_was_made_from_the_store_keeps_it_though_its_image_is_not_recorded()
    {
        NeedTools();
        var image = _images.MakeUnique();
        await ImportAsync(image, _folder.At("old"));
        var created = await PodmanAsync("old", "create", "--pull=never", "--net=none", image.Name.ToString(), "/unique");
        Assert.True(created.ExitCode == 0, created.ErrorTail);

        var dependents = Find("old");

        Assert.Equal(created.Output.Trim(), Assert.Single(dependents.Containers).Id);
        Assert.Empty(dependents.Images);
        await ImportAsync(image, Main, additional: "old");
        Assert.Equal(RecordRemedy.KeepStore, Assert.Single(Find("old").Images).Remedy);
        var removed = await PodmanAsync("old", "rm", "--force", "--all");
        Assert.True(removed.ExitCode == 0, removed.ErrorTail);
        Assert.Empty(Find("old").Containers);
    }

    [Fact]
    public void Records_that_cannot_be_read_keep_every_store()
    {
        Directory.CreateDirectory(_folder.At("main", "overlay-images"));
        File.WriteAllText(_folder.At("main", "overlay-images", "images.json"), "[{\"id\":");

        var failure = Assert.Throws<RuntimeException>(() => Find("old"));

        Assert.Equal(RuntimeReasons.RuntimeFailed, failure.Reason);
        Assert.Contains("images.json", failure.Message);
    }

    private static void NeedTools()
    {
        Tool.NeedRoot();
        Tool.Need("skopeo", "podman");
    }

    private StoreDependents Find(string store, string? staying = null, StoreImage? needed = null) =>
        RetiringStore.FindDependents(_folder.At(store), Main, staying is null ? [] : [_folder.At(staying)], new HashSet<string>(needed is null ? [] : [needed.Name.ToString()]));

    private async Task ImportAsync(StoreImage image, string store, string? additional = null)
    {
        var layout = _folder.MakeFolder("layout", image.Name.Digest.Hex);
        await File.WriteAllTextAsync(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        await File.WriteAllTextAsync(
            Path.Combine(layout, "index.json"),
            $$"""{"schemaVersion":2,"manifests":[{"mediaType":"{{image.ManifestMediaType}}","digest":"{{image.Name.Digest}}","size":{{image.ManifestSize}}}]}""");
        var options = additional is null ? "" : $"overlay.imagestore={_folder.At(additional)},";
        await Tool.RunAsync(
            "skopeo", "--insecure-policy", "--tmpdir", _folder.MakeFolder("tmp"), "copy", "--quiet", "--src-shared-blob-dir", _folder.At("blobs"), $"oci:{layout}",
            $"containers-storage:[overlay@{store}+{_folder.At("run")}:{options}overlay.skip_mount_home=true]{image.Name}");
    }

    private async Task<ProcessResult> PodmanAsync(string? additional, params string[] arguments) => await Tool.TryAsync(
        "podman",
        [
            "--root", Main, "--runroot", _folder.At("run"), "--tmpdir", _folder.At("run", "libpod"), "--storage-driver", "overlay", "--storage-opt", "overlay.skip_mount_home=true",
            .. additional is null ? Array.Empty<string>() : ["--storage-opt", $"overlay.imagestore={_folder.At(additional)}"],
            "--cgroup-manager", "cgroupfs", "--runtime", "/usr/sbin/runc", .. arguments,
        ]);
}
