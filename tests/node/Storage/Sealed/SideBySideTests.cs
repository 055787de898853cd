using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>Real sealed stores at both paths, looked at and run from by skopeo and podman.</summary>
public sealed class SideBySideTests : IDisposable
{
    private SealedSite? _site;

    private SealedSite Site => _site ??= new SealedSite();

    public void Dispose() => _site?.Dispose();

    [SkippableFact]
    public async Task Containers_start_from_both_of_two_releases_that_share_layers()
    {
        var (one, two) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        await Site.LoadAsync(one);
        await Site.LoadAsync(two);
        Assert.Equal("1", await Site.RunContainerAsync(one.Inventory.Images[1].Name, "read line < /number; echo $line"));
        Assert.Equal("2", await Site.RunContainerAsync(two.Inventory.Images[1].Name, "read line < /number; echo $line"));
        Assert.True(await Site.HasAsync(one.Inventory.Images[0].Name));
        Assert.True(await Site.HasAsync(two.Inventory.Images[0].Name));
    }

    [SkippableFact]
    public async Task A_third_store_is_not_seen_while_something_stands_on_both_others_and_takes_the_place_of_the_one_that_nothing_stands_on()
    {
        var (one, two, three) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        await Site.LoadAsync(one);
        await Site.RecordAsync(one, 1);
        await Site.LoadAsync(two);
        await Site.RecordAsync(two, 1);
        Assert.Null(await Site.Stores.MountAsync(three, default));
        Assert.Null(await Site.Stores.ProveAsync(three, new Progress<StoreProgress>(), default));
        var refused = await Assert.ThrowsAsync<LoadException>(() => Site.Stores.PublishAsync(three, default).AsTask());
        Assert.Equal(Reasons.StoreInUse, refused.Reason);
        Assert.Contains(one.Inventory.Images[1].Name, refused.Message, StringComparison.Ordinal);
        Assert.Contains(two.Inventory.Images[1].Name, refused.Message, StringComparison.Ordinal);

        // The runtime goes on with all it had, and publishing what is seen already hides nothing.
        await Site.Stores.PublishAsync(two, default);
        var seen = one.Inventory.Images.Concat(two.Inventory.Images).Select(static i => i.Name).ToHashSet();
        Assert.Equal(seen, await Site.SeenAsync());
        Assert.Contains("1 images", Assert.Single(await Site.Stores.RetireAsync(two, true, default)), StringComparison.Ordinal);
        Assert.Equal(seen, await Site.SeenAsync());

        await Site.ForgetRecordAsync(two, 1);
        await Site.LoadAsync(three);
        Assert.Equal(one.Inventory.Images.Concat(three.Inventory.Images).Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());
        await Site.ForgetRecordAsync(one, 1);
        Assert.Empty(await Site.Stores.RetireAsync(three, true, default));
        Assert.Equal(three.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());
    }

    [SkippableFact]
    public async Task A_record_that_only_repeats_an_image_of_the_store_is_removed_by_the_runtime_before_the_store_goes_and_no_container_is_robbed()
    {
        var (one, two) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        Site.Runtime = new PodmanRuntime(Site);
        Site.Restart();
        await Site.LoadAsync(one);
        await Site.RecordAsync(one, 0);
        await Site.RecordAsync(one, 1);
        await Site.LoadAsync(two);
        await Tool.RunAsync("podman", Site.Podman("create", "--name", "robbed", "--pull=never", "--net=none", one.Inventory.Images[1].Name, "/bin/sh"));
        Assert.Contains("1 containers", Assert.Single(await Site.Stores.RetireAsync(two, true, default)), StringComparison.Ordinal);
        Assert.Equal(one.Inventory.Images.Concat(two.Inventory.Images).Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());

        await Tool.RunAsync("podman", Site.Podman("rm", "robbed"));
        Assert.Empty(await Site.Stores.RetireAsync(two, true, default));
        Assert.Equal(two.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());
        Assert.Equal("2", await Site.RunContainerAsync(two.Inventory.Images[1].Name, "read line < /number; echo $line"));
    }

    [SkippableFact]
    public async Task On_a_host_that_was_armed_with_one_path_a_store_takes_the_place_of_the_one_before_unless_records_stand_on_that()
    {
        var (one, two) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        Directory.Delete(Site.Second, recursive: true);
        await Site.LoadAsync(one);
        await Tool.RunAsync("mkdir", Site.Second);
        await Site.RecordAsync(one, 1);
        await Tool.RunAsync("rm", "-rf", Site.Second);
        var refused = await Assert.ThrowsAsync<LoadException>(() => Site.LoadAsync(two));
        Assert.Equal(Reasons.StoreInUse, refused.Reason);
        Assert.Contains("arm it again", refused.Message, StringComparison.Ordinal);

        using (var layers = Site.Layers)
            layers.EnsureSkeleton();
        await Site.Stores.PublishAsync(two, default);
        Assert.Equal(one.Inventory.Images.Concat(two.Inventory.Images).Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());
    }

    [SkippableFact]
    public async Task Killed_while_the_second_path_is_emptied_the_third_store_is_published_all_the_same_and_the_second_stays_seen()
    {
        var (one, two, three) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        await Site.LoadAsync(one);
        await Site.LoadAsync(two);
        // The first half of making room.
        new PublishedPath(Site.Options, Site.Runner).EmptySecond();
        Assert.Equal(two.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());

        Site.Restart();
        await Site.LoadAsync(three);
        Assert.Equal(two.Inventory.Images.Concat(three.Inventory.Images).Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());
        Assert.Empty(await Site.Stores.RetireAsync(three, true, default));
        Assert.Equal(["store sealed/" + three.Store.Digest.Hex + " 0", "store-2 folder 0"], Site.Tree().Where(static line => line.StartsWith("store", StringComparison.Ordinal)));
    }
}
