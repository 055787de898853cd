using System.Diagnostics;
using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class SkopeoImportTests : IDisposable
{
    private const string Generation = "gen-1";
    private const string Repository = ImageMaker.Repository;

    private StoreSite? _site;

    public void Dispose() => _site?.Dispose();

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Single_images_and_lists_keep_their_digests_and_skopeo_and_podman_agree(bool docker)
    {
        var site = Site();
        var shared = site.Images.MakeLayer("shared", new byte[5000]);
        var image = site.Images.Make(Repository, docker, shared, site.Images.MakeLayer("own", [1]));
        var (list, instance) = site.Images.MakeList("localhost:5000/some/list", docker, shared, site.Images.MakeLayer("other", [2]));
        using var store = site.Open();
        await StoreSite.ImportAsync(store, Generation, image, list);
        await store.PublishAsync(Generation, default);

        var listed = await store.ListAsync(default);
        foreach (var name in (ImageName[])[image.Name, list.Name, instance.Name])
        {
            Assert.Contains(name.ToString(), listed);
            Assert.Equal(name.Digest.ToString(), await site.InspectAsync(site.Options.StorePath, name));
        }
        Assert.Single(StoreSite.LayerFiles(site.Options.StorePath)["shared"]);
    }

    [SkippableFact]
    public async Task A_list_is_listed_once_more_for_every_repository_that_names_it()
    {
        var site = Site();
        var (list, _) = site.Images.MakeList(Repository, docker: true, site.Images.MakeLayer("a", [1]));
        var elsewhere = list with { Name = list.Name with { Repository = "registry.example/mirror" } };
        using var store = site.Open();
        await StoreSite.ImportAsync(store, Generation, list, elsewhere);
        await store.PublishAsync(Generation, default);
        Assert.Superset(new HashSet<string> { list.Name.ToString(), elsewhere.Name.ToString() }, (await store.ListAsync(default)).ToHashSet());
    }

    [SkippableFact]
    public async Task A_layer_whose_bytes_were_changed_is_refused()
    {
        var site = Site();
        var layer = site.Images.MakeLayer("a", RandomBytes(5000));
        var image = site.Images.Make(Repository, docker: false, layer);
        var bytes = await File.ReadAllBytesAsync(site.Images.PathOf(layer.Digest));
        bytes[2000] ^= 1;
        await File.WriteAllBytesAsync(site.Images.PathOf(layer.Digest), bytes);
        await RefusedAsync(site, image, "ImportFailed");
    }

    [SkippableFact]
    public async Task A_manifest_that_is_not_the_one_named_is_refused()
    {
        var site = Site();
        var (image, other) = (site.Images.MakeUnique(), site.Images.MakeUnique());
        File.Copy(site.Images.PathOf(other.Name.Digest), site.Images.PathOf(image.Name.Digest), overwrite: true);
        await RefusedAsync(site, image, "ImportFailed");
    }

    [SkippableFact]
    public async Task A_media_type_that_lies_is_refused_or_changes_nothing()
    {
        var site = Site();
        var image = site.Images.Make(Repository, docker: false, site.Images.MakeLayer("a", [1]));
        await RefusedAsync(site, image with { ManifestMediaType = "application/vnd.oci.image.index.v1+json" }, "ImportFailed");
        await RefusedAsync(site, image with { ManifestMediaType = "text/plain\n\",\"x" }, "ImportFailed");
    }

    [SkippableFact]
    public async Task The_last_words_of_skopeo_are_in_the_error()
    {
        var site = Site();
        var image = site.Images.MakeUnique();
        site.Images.RemoveLayer(image);
        var refused = await RefusedAsync(site, image, "ImportFailed");
        Assert.Contains("no such file", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_missing_skopeo_or_podman_is_named_with_the_way_out()
    {
        var site = Site();
        var image = site.Images.MakeUnique();
        var whole = site.Options;
        site.Options = whole with { SkopeoPath = "/nowhere/skopeo" };
        Assert.Contains("/nowhere/skopeo", (await RefusedAsync(site, image, "ToolMissing")).Message, StringComparison.Ordinal);

        site.Options = whole with { PodmanPath = "/nowhere/podman" };
        using var store = site.Open();
        store.EnsureSkeleton();
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.ListAsync(default).AsTask());
        Assert.Equal("ToolMissing", refused.Reason);
        Assert.Contains("/nowhere/podman", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Images_imported_at_the_same_time_share_their_layers_and_are_all_there()
    {
        var site = Site();
        site.Options = site.Options with { ParallelImports = 4 };
        var shared = site.Images.MakeLayer("shared", RandomBytes(2 << 20));
        var images = Enumerable.Range(0, 8).Select(i => site.Images.Make(Repository, docker: false, shared, site.Images.MakeLayer($"own{i}", [(byte)i]))).ToArray();
        using var store = site.Open();
        await Task.WhenAll(images.Select(image => store.ImportAsync(Generation, image, default).AsTask()));
        await store.PublishAsync(Generation, default);
        Assert.Superset(images.Select(static image => image.Name.ToString()).ToHashSet(), (await store.ListAsync(default)).ToHashSet());
        Assert.Single(StoreSite.LayerFiles(site.Options.StorePath)["shared"]);
    }

    [SkippableFact]
    public async Task An_import_killed_while_it_unpacks_leaves_nothing_and_succeeds_the_next_time()
    {
        var site = Site();
        using var store = site.Open();
        var (image, files) = ManyFiles(site);
        var failed = await KilledAsync(site, store, image);
        Assert.Equal("ImportFailed", failed.Reason);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(site.Options.StagingPath, Generation, "tmp")));

        await store.ImportAsync(Generation, image, default);
        await store.PublishAsync(Generation, default);
        AssertWhole(site, files);
    }

    [SkippableFact]
    public async Task A_layer_that_a_killed_import_left_incomplete_is_not_published()
    {
        var site = Site();
        using var store = site.Open();
        var small = site.Images.MakeUnique();
        await store.ImportAsync(Generation, small, default);
        await KilledAsync(site, store, ManyFiles(site).Image);
        Assert.Contains("incomplete", await File.ReadAllTextAsync(LayersOf(site.StagedStore(Generation))), StringComparison.Ordinal);

        await store.PublishAsync(Generation, default);
        Assert.DoesNotContain("incomplete", await File.ReadAllTextAsync(LayersOf(site.Options.StorePath)), StringComparison.Ordinal);
        Assert.Empty(StoreSite.LayerFiles(site.Options.StorePath)["many0"]);
        Assert.Contains(small.Name.ToString(), await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task A_cancelled_import_has_ended_with_all_its_processes_when_it_says_so()
    {
        var site = Site();
        using var store = site.Open();
        using var stop = new CancellationTokenSource();
        var (image, files) = ManyFiles(site);
        var importing = store.ImportAsync(Generation, image, stop.Token).AsTask();
        await UnpackingAsync(site, importing);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => importing);
        Assert.Empty(Importers(site));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(site.Options.StagingPath, Generation, "tmp")));

        await store.ImportAsync(Generation, image, default);
        await store.PublishAsync(Generation, default);
        AssertWhole(site, files);
    }

    [SkippableFact]
    public async Task An_import_that_a_killed_agent_left_running_is_ended_before_anything_is_published()
    {
        var site = Site();
        using var first = site.Open();
        await StoreSite.ImportAsync(first, Generation, site.Images.MakeUnique());
        using var orphan = Process.Start(new ProcessStartInfo("sh", ["-c", "read line", "skopeo", ContainerTools.StoreSpecification(StagingFolders.Of(site.Options, Generation)) + "some/image"])
        {
            RedirectStandardInput = true,
        })!;
        Assert.False(orphan.HasExited);
        using var second = site.Open();
        await second.PublishAsync(Generation, default);
        Assert.True(orphan.HasExited);
    }

    [SkippableFact]
    public async Task What_killed_imports_left_on_the_disk_is_removed_by_the_next_agent()
    {
        var site = Site();
        using var first = site.Open();
        await StoreSite.ImportAsync(first, Generation, site.Images.MakeUnique());
        var left = Directory.CreateDirectory(Path.Combine(site.Options.StagingPath, Generation, "tmp", "7", "storage123")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(left, "1"), new byte[100]);
        Directory.CreateDirectory(Path.Combine(site.Options.StagingPath, ".trash-1", "store"));
        using var second = site.Open();
        await StoreSite.ImportAsync(second, Generation, site.Images.MakeUnique());
        Assert.False(Directory.Exists(left));
        Assert.Equal([Generation], site.Staging());
    }

    [SkippableTheory]
    [InlineData("+")]
    [InlineData(":")]
    [InlineData("]")]
    [InlineData(",")]
    public void A_path_that_container_tools_cannot_name_is_refused_with_its_setting(string character)
    {
        var site = Site();
        var fault = Assert.Throws<ArgumentException>(() => new SkopeoImageStore(site.Options with { StagingPath = $"/var/a{character}b" }, site.Runner));
        Assert.Contains("StagingPath", fault.Message, StringComparison.Ordinal);
    }

    private static string LayersOf(string store) => Path.Combine(store, "overlay-layers", "layers.json");

    private static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    /// <summary>An image that takes a while to unpack: it has many files.</summary>
    private static (StoreImage Image, HashSet<string> Files) ManyFiles(StoreSite site)
    {
        var files = Enumerable.Range(0, 4000).Select(static i => ($"many{i}", BitConverter.GetBytes(i))).ToList();
        return (site.Images.Make(Repository, docker: false, site.Images.MakeLayer(files)), files.Select(static file => file.Item1).ToHashSet());
    }

    private static void AssertWhole(StoreSite site, HashSet<string> expected)
    {
        var files = StoreSite.LayerFiles(site.Options.StorePath);
        Assert.All(expected, name => Assert.Equal(BitConverter.GetBytes(int.Parse(name[4..])), Assert.Single(files[name])));
    }

    /// <summary>Imports, kills skopeo by SIGKILL while it unpacks the layer, and returns how the import failed.</summary>
    private static async Task<LoadException> KilledAsync(StoreSite site, SkopeoImageStore store, StoreImage image)
    {
        var importing = store.ImportAsync(Generation, image, default).AsTask();
        await UnpackingAsync(site, importing);
        foreach (var id in Importers(site))
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        return await Assert.ThrowsAsync<LoadException>(() => importing);
    }

    private static Task UnpackingAsync(StoreSite site, Task importing) => Eventually.HoldsAsync(
        () => importing.IsCompleted || (File.Exists(LayersOf(site.StagedStore(Generation))) && File.ReadAllText(LayersOf(site.StagedStore(Generation))).Contains("incomplete", StringComparison.Ordinal)),
        "a layer that is being unpacked");

    private static List<int> Importers(StoreSite site)
    {
        var mark = ContainerTools.StoreSpecification(StagingFolders.Of(site.Options, Generation));
        return [.. Process.GetProcesses().Where(process => CommandLine(process.Id).Contains(mark, StringComparison.Ordinal)).Select(static process => process.Id)];
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<LoadException> RefusedAsync(StoreSite site, StoreImage image, string reason)
    {
        using var store = site.Open();
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.ImportAsync(Generation, image, default).AsTask());
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(image.Name.ToString(), refused.Message, StringComparison.Ordinal);
        return refused;
    }

    private StoreSite Site() => _site ??= new StoreSite();
}
