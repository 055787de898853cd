using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri.Records;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage;

public sealed class PublicationTests : IDisposable
{
    private const string Old = "gen-1";
    private const string Young = "gen-2";

    private StoreSite? _site;

    /// <summary>What is at the published path before, and after how many steps the agent is killed.</summary>
    public static TheoryData<string, int> Crashes()
    {
        var crashes = new TheoryData<string, int>();
        foreach (var before in (string[])["nothing", "skeleton", Old])
        {
            for (var steps = 0; steps <= 8; steps++)
                crashes.Add(before, steps);
        }
        return crashes;
    }

    /// <summary>The same over a published store alone.</summary>
    public static TheoryData<int> Steps() => [0, 1, 2, 3, 4, 5, 6, 7, 8];

    public void Dispose() => _site?.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Crashes))]
    public async Task Publishing_again_after_a_crash_at_any_step_ends_with_the_new_store_alone(string before, int steps)
    {
        var site = Site();
        var (old, young) = await CrashedAsync(site, before, steps);

        // In between the runtime sees one of the two stores, whole.
        var seen = await site.ListAsync();
        Assert.Equal(seen.Contains(young), !seen.Contains(old) && seen.Count > 0);
        if (before == Old)
            Assert.Contains(old, await site.SeenAsync());

        using var store = site.Open();
        await store.PublishAsync(Young, default);
        Assert.Equal([young], await store.ListAsync(default));
        Assert.Equal(before == Old ? [old, young] : new HashSet<string> { young }, await site.SeenAsync());
        Assert.Empty(site.Staging());
    }

    [SkippableTheory]
    [MemberData(nameof(Steps))]
    public async Task Importing_again_after_a_crash_at_any_step_changes_nothing(int steps)
    {
        var site = Site();
        var image = site.Images.MakeUnique();
        await CrashedAsync(site, Old, steps, image);
        using var store = site.Open();
        await store.ImportAsync(Young, image, default);
        await store.PublishAsync(Young, default);
        Assert.Equal([image.Name.ToString()], await store.ListAsync(default));
        Assert.Empty(site.Staging());
    }

    [SkippableTheory]
    [MemberData(nameof(Steps))]
    public async Task Discarding_after_a_crash_at_any_step_keeps_whatever_is_published(int steps)
    {
        var site = Site();
        await CrashedAsync(site, Old, steps);
        var seen = await site.ListAsync();
        using var store = site.Open();
        await store.DiscardAsync(Young, default);
        Assert.Equal(seen, await store.ListAsync(default));
        Assert.Empty(site.Staging());
    }

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Layers_that_did_not_reach_the_disk_before_a_power_cut_are_imported_again_before_publishing(int steps)
    {
        var site = Site();
        var content = new byte[] { 1, 2, 3 };
        var lost = site.Images.Make(ImageMaker.Repository, docker: true, site.Images.MakeLayer("file", content));
        var more = site.Images.MakeUnique();
        await CrashedAsync(site, Old, steps, lost);
        foreach (var file in Directory.GetFiles(site.StagedStore(Young), "file", SearchOption.AllDirectories))
            File.WriteAllBytes(file, []);
        site.Reboot();

        using var store = site.Open();
        await store.ImportAsync(Young, more, default);
        await store.PublishAsync(Young, default);
        Assert.Equal(new HashSet<string> { lost.Name.ToString(), more.Name.ToString() }, await store.ListAsync(default));
        Assert.Equal(content, Assert.Single(StoreSite.LayerFiles(site.Options.StorePath)["file"]));
        Assert.Empty(site.Staging());
    }

    [SkippableFact]
    public async Task Of_three_generations_the_last_two_are_seen_and_the_one_before_can_be_published_again()
    {
        var site = Site();
        var images = new[] { site.Images.MakeUnique(), site.Images.MakeUnique(), site.Images.MakeUnique() };
        using var store = site.Open();
        store.EnsureSkeleton();
        for (var i = 0; i < images.Length; i++)
        {
            await store.ImportAsync($"gen-{i}", images[i], default);
            await store.PublishAsync($"gen-{i}", default);
        }
        Assert.Equal(images.Skip(1).Select(static image => image.Name.ToString()).ToHashSet(), await site.SeenAsync());

        await store.ImportAsync("gen-1", images[1], default);
        await store.PublishAsync("gen-1", default);
        Assert.Equal([images[1].Name.ToString()], await store.ListAsync(default));
        Assert.Equal(images.Skip(1).Select(static image => image.Name.ToString()).ToHashSet(), await site.SeenAsync());
        Assert.Empty(site.Staging());
    }

    [SkippableFact]
    public async Task A_container_stands_on_the_store_that_it_was_made_from_also_when_both_releases_have_its_image()
    {
        var site = Site();
        var (shared, more) = (site.Images.MakeUnique(), site.Images.MakeUnique());
        using var store = site.Open();
        store.EnsureSkeleton();
        await StoreSite.ImportAsync(store, Old, shared);
        await store.PublishAsync(Old, default);
        await MakeContainerAsync("before");
        await StoreSite.ImportAsync(store, Young, shared, more);
        await store.PublishAsync(Young, default);
        await MakeContainerAsync("after");

        // The library lists the image once for each store that has it, and makes containers from the first.
        var listed = await Tool.RunAsync("podman", site.Podman("images", "--no-trunc", "--format", "{{.ID}}"));
        Assert.Equal("1 2", string.Join(' ', listed.Split('\n').CountBy(static id => id).Select(static pair => pair.Value).Order()));
        var before = await Tool.RunAsync("podman", site.Podman("inspect", "--format", "{{.Id}}", "before"));
        Assert.Equal(before, Assert.Single(Find().Containers).Id);

        await Tool.RunAsync("podman", site.Podman("rm", "before"));
        Assert.True(Find().None);
        await Tool.RunAsync("rm", "-rf", SecondStore.Of(site.Options.StorePath));
        StoreSkeleton.Make(SecondStore.Of(site.Options.StorePath));
        Assert.NotEmpty(Directory.GetFiles(await Tool.RunAsync("podman", site.Podman("mount", "after"))));
        await Tool.RunAsync("podman", site.Podman("unmount", "after"));

        StoreDependents Find() => RetiringStore.FindDependents(SecondStore.Of(site.Options.StorePath), site.Main, [site.Options.StorePath], new HashSet<string>());

        Task<string> MakeContainerAsync(string name) => Tool.RunAsync("podman", site.Podman("create", "--name", name, "--pull=never", "--net=none", shared.Name.ToString(), "/unique"));
    }

    [SkippableFact]
    public async Task A_layer_store_that_containers_run_from_is_never_removed_and_a_third_one_is_refused_while_both_have_some()
    {
        var site = Site();
        site.Options = site.Options with { RuntimeStorage = site.Main };
        var images = new[] { site.Images.MakeUnique(), site.Images.MakeUnique(), site.Images.MakeUnique() };
        using var store = site.Open();
        store.EnsureSkeleton();
        for (var i = 0; i < 2; i++)
        {
            await store.ImportAsync($"gen-{i}", images[i], default);
            await store.PublishAsync($"gen-{i}", default);
            await Tool.RunAsync("podman", site.Podman("create", "--pull=never", "--net=none", images[i].Name.ToString(), "/unique"));
        }
        await store.ImportAsync("gen-2", images[2], default);
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.PublishAsync("gen-2", default).AsTask());
        Assert.Equal(Reasons.StoreInUse, refused.Reason);
        Assert.Contains("1 containers", refused.Message, StringComparison.Ordinal);
        Assert.Equal(images.Take(2).Select(static image => image.Name.ToString()).ToHashSet(), await site.SeenAsync());

        // Those of the first release have gone.
        await Tool.RunAsync("podman", site.Podman("rm", "--force", "--filter", $"ancestor={images[0].Name}"));
        await store.PublishAsync("gen-2", default);
        Assert.Equal(images.Skip(1).Select(static image => image.Name.ToString()).ToHashSet(), await site.SeenAsync());
    }

    [SkippableFact]
    public async Task A_store_that_was_durable_before_the_power_cut_is_published_without_importing_it_again()
    {
        var site = Site();
        var (_, young) = await CrashedAsync(site, Old, 3);
        Directory.Delete(site.Options.BlobsPath, recursive: true);
        site.Reboot();
        using var store = site.Open();
        await store.PublishAsync(Young, default);
        Assert.Equal([young], await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task Importing_into_a_store_that_is_already_marked_takes_the_mark_away()
    {
        var site = Site();
        await CrashedAsync(site, Old, 3);
        Assert.Equal(Young, StoreMarker.Read(site.StagedStore(Young)));
        using var store = site.Open();
        await store.ImportAsync(Young, site.Images.MakeUnique(), default);
        Assert.Null(StoreMarker.Read(site.StagedStore(Young)));
    }

    [SkippableFact]
    public async Task A_store_that_lost_an_image_is_not_published()
    {
        var site = Site();
        var image = site.Images.MakeUnique();
        using var store = site.Open();
        await StoreSite.ImportAsync(store, Young, site.Images.MakeUnique(), image);
        await Tool.RunAsync("skopeo", "delete", ContainerTools.StoreSpecification(StagingFolders.Of(site.Options, Young)) + image.Name);
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.PublishAsync(Young, default).AsTask());
        Assert.Equal("PublishFailed", refused.Reason);
        Assert.Contains(image.Name.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(site.Options.StorePath));
    }

    [SkippableFact]
    public async Task The_published_path_exists_at_every_moment_once_it_exists()
    {
        var site = Site();
        using var store = site.Open();
        store.EnsureSkeleton();
        await StoreSite.ImportAsync(store, Young, site.Images.MakeUnique());
        foreach (var step in store.PublicationOf(Young).Remaining())
        {
            await step.RunAsync(default);
            Assert.True(Directory.Exists(Path.Combine(site.Options.StorePath, "overlay-images")), step.Name);
        }
    }

    [SkippableFact]
    public async Task The_skeleton_is_an_empty_store_to_the_tools_and_is_made_only_where_nothing_is()
    {
        var site = Site();
        using var store = site.Open();
        store.EnsureSkeleton();
        store.EnsureSkeleton();
        string[] expected = ["overlay", "overlay-images", "overlay-images/images.lock", "overlay-layers", "overlay-layers/layers.lock", "overlay/l"];
        Assert.Equal(expected, Entries());
        Assert.Empty(await store.ListAsync(default));
        Assert.Equal(expected, Entries());

        await StoreSite.ImportAsync(store, Young, site.Images.MakeUnique());
        await store.PublishAsync(Young, default);
        var published = await store.ListAsync(default);
        store.EnsureSkeleton();
        Assert.Equal(published, await store.ListAsync(default));

        string[] Entries() => [.. Directory.GetFileSystemEntries(site.Options.StorePath, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(site.Options.StorePath, path)).Order(StringComparer.Ordinal)];
    }

    [SkippableFact]
    public async Task Listing_does_not_change_the_published_store()
    {
        var site = Site();
        using var store = site.Open();
        await StoreSite.ImportAsync(store, Young, site.Images.MakeUnique());
        await store.PublishAsync(Young, default);
        var before = Snapshot();
        await store.ListAsync(default);
        Assert.Equal(before, Snapshot());

        string[] Snapshot() => [.. Directory.GetFileSystemEntries(site.Options.StorePath, "*", SearchOption.AllDirectories)
            .Select(static path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks}").Order(StringComparer.Ordinal)];
    }

    [SkippableFact]
    public async Task Layers_with_names_that_are_not_text_are_removed_with_their_store()
    {
        var site = Site();
        using var store = site.Open();
        var layer = site.Images.MakeLayer("caf\u00e9", [1]);
        var image = site.Images.Make(ImageMaker.Repository, docker: false, layer);
        await StoreSite.ImportAsync(store, Old, image);
        await store.PublishAsync(Old, default);
        var folder = Directory.GetDirectories(Path.Combine(site.Options.StorePath, "overlay")).First(static path => Path.GetFileName(path) != "l");
        await Tool.RunAsync("sh", "-c", $"touch \"{folder}/diff/$(printf 'latin\\351')\"");
        await StoreSite.ImportAsync(store, Young, site.Images.MakeUnique());
        await store.PublishAsync(Young, default);
        Assert.Empty(site.Staging());
    }

    [SkippableFact]
    public async Task A_staging_folder_on_another_file_system_is_explained()
    {
        var site = Site();
        Skip.IfNot(Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").DriveFormat == "tmpfs", "/dev/shm is not a file system of its own");
        Skip.If(new DriveInfo(Path.GetDirectoryName(site.Options.StorePath)!).DriveFormat == "tmpfs", "the folder for temporary files may be on the same file system");
        var elsewhere = Directory.CreateDirectory($"/dev/shm/handcarry-node-{Guid.NewGuid():n}").FullName;
        try
        {
            site.Options = site.Options with { StagingPath = elsewhere };
            using var store = site.Open();
            store.EnsureSkeleton();
            await StoreSite.ImportAsync(store, Young, site.Images.MakeUnique());
            var refused = await Assert.ThrowsAsync<LoadException>(() => store.PublishAsync(Young, default).AsTask());
            Assert.Equal("PublishFailed", refused.Reason);
            Assert.Contains("one writable file system", refused.Message, StringComparison.Ordinal);
            Assert.Empty(await store.ListAsync(default));
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    /// <summary>Publishes what is to be there before, stages an image, and goes so many steps of publishing it. The names of both.</summary>
    private static async Task<(string Old, string Young)> CrashedAsync(StoreSite site, string before, int steps, StoreImage? image = null)
    {
        var old = site.Images.MakeUnique();
        image ??= site.Images.MakeUnique();
        using var store = site.Open();
        if (before != "nothing")
            store.EnsureSkeleton();
        if (before == Old)
        {
            await store.ImportAsync(Old, old, default);
            await store.PublishAsync(Old, default);
        }
        await store.ImportAsync(Young, image, default);
        foreach (var step in store.PublicationOf(Young).Remaining().Take(steps))
            await step.RunAsync(default);
        return (old.Name.ToString(), image.Name.ToString());
    }

    private StoreSite Site() => _site ??= new StoreSite();
}
