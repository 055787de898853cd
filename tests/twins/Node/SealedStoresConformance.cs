using Handcarry.Actors.Node;
using Handcarry.Streams.Content;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="ISealedStores"/> does. Derive from it, and say how stores are made and what the runtime sees.</summary>
public abstract class SealedStoresConformance
{
    /// <summary>The stores under test, none mounted. Skips the test when they cannot be had here.</summary>
    protected abstract ISealedStores Open();

    /// <summary>A bundle with images that no other one has, all its blobs on the node.</summary>
    protected abstract Task<SealedBundle> MakeBundleAsync();

    /// <summary>Takes the blob of a store away.</summary>
    protected abstract void RemoveBlob(SealedBundle bundle);

    /// <summary>Names of the images that the runtime sees now.</summary>
    protected abstract Task<IReadOnlySet<string>> SeenAsync();

    [SkippableFact]
    public async Task Nothing_is_seen_of_a_store_before_it_is_published_and_all_of_it_then()
    {
        var (stores, bundle) = (Open(), await MakeBundleAsync());
        Assert.Null(await stores.MountAsync(bundle, default));
        Assert.Null(await ProveAsync(stores, bundle));
        Assert.Empty(await SeenAsync());
        await stores.PublishAsync(bundle, default);
        Assert.Equal(Names(bundle), await SeenAsync());
    }

    [SkippableFact]
    public async Task Every_step_may_be_repeated()
    {
        var (stores, bundle) = (Open(), await MakeBundleAsync());
        for (var time = 0; time < 2; time++)
        {
            Assert.Null(await stores.MountAsync(bundle, default));
            Assert.Null(await stores.MountAsync(bundle, default));
            Assert.Null(await ProveAsync(stores, bundle));
            Assert.Null(await ProveAsync(stores, bundle));
            await stores.PublishAsync(bundle, default);
            await stores.PublishAsync(bundle, default);
            Assert.Equal(Names(bundle), await SeenAsync());
            await stores.WithdrawAsync(bundle, default);
            await stores.WithdrawAsync(bundle, default);
            Assert.Empty(await SeenAsync());
            Assert.Empty(await stores.RetireAsync(null, false, default));
            Assert.Empty(await stores.RetireAsync(null, false, default));
        }
    }

    [SkippableFact]
    public async Task A_store_that_is_not_mounted_is_neither_proved_nor_published()
    {
        var (stores, bundle) = (Open(), await MakeBundleAsync());
        Assert.Equal(Reasons.StoreNotMounted, (await Assert.ThrowsAsync<LoadException>(() => ProveAsync(stores, bundle).AsTask())).Reason);
        Assert.Equal(Reasons.StoreNotMounted, (await Assert.ThrowsAsync<LoadException>(() => stores.PublishAsync(bundle, default).AsTask())).Reason);
        Assert.Empty(await SeenAsync());
    }

    [SkippableFact]
    public async Task A_store_whose_blob_is_gone_has_to_be_drawn_again()
    {
        var (stores, bundle) = (Open(), await MakeBundleAsync());
        RemoveBlob(bundle);
        Assert.Equal((Reasons.BlobUnknown, true), await stores.MountAsync(bundle, default) is { } fault ? (fault.Reason, fault.Damaged) : default);
    }

    [SkippableFact]
    public async Task A_published_store_that_was_proved_outlives_retiring_and_an_unproved_one_is_withdrawn_by_it()
    {
        var (stores, bundle) = (Open(), await MakeBundleAsync());
        Assert.Null(await stores.MountAsync(bundle, default));
        await stores.PublishAsync(bundle, default);
        Assert.Empty(await stores.RetireAsync(bundle, false, default));
        Assert.Equal(Names(bundle), await SeenAsync());
        Assert.Empty(await stores.RetireAsync(null, false, default));
        Assert.Empty(await SeenAsync());

        Assert.Null(await stores.MountAsync(bundle, default));
        Assert.Null(await ProveAsync(stores, bundle));
        await stores.PublishAsync(bundle, default);
        Assert.Empty(await stores.RetireAsync(null, false, default));
        Assert.Equal(Names(bundle), await SeenAsync());
    }

    [SkippableFact]
    public async Task The_store_before_is_seen_beside_a_later_one_until_the_cluster_runs_that()
    {
        var (stores, one, two) = (Open(), await MakeBundleAsync(), await MakeBundleAsync());
        await LoadAsync(stores, one);
        await LoadAsync(stores, two);
        Assert.Equal(Names(one).Concat(Names(two)).ToHashSet(), await SeenAsync());
        Assert.Empty(await stores.RetireAsync(two, false, default));
        Assert.Equal(Names(one).Concat(Names(two)).ToHashSet(), await SeenAsync());

        Assert.Empty(await stores.RetireAsync(two, true, default));
        Assert.Equal(Names(two), await SeenAsync());
        Assert.Equal(Reasons.StoreNotMounted, (await Assert.ThrowsAsync<LoadException>(() => stores.PublishAsync(one, default).AsTask())).Reason);
    }

    [SkippableFact]
    public async Task Of_three_stores_the_last_two_are_seen()
    {
        var (stores, one, two, three) = (Open(), await MakeBundleAsync(), await MakeBundleAsync(), await MakeBundleAsync());
        foreach (var bundle in (SealedBundle[])[one, two, three])
            await LoadAsync(stores, bundle);
        Assert.Equal(Names(two).Concat(Names(three)).ToHashSet(), await SeenAsync());
    }

    [SkippableFact]
    public async Task A_store_that_is_seen_beside_the_last_one_can_be_published_again_or_withdrawn()
    {
        var (stores, one, two) = (Open(), await MakeBundleAsync(), await MakeBundleAsync());
        await LoadAsync(stores, one);
        await LoadAsync(stores, two);
        await stores.PublishAsync(one, default);
        Assert.Equal(Names(one).Concat(Names(two)).ToHashSet(), await SeenAsync());
        await stores.WithdrawAsync(two, default);
        Assert.Equal(Names(one), await SeenAsync());
        await stores.WithdrawAsync(one, default);
        Assert.Empty(await SeenAsync());
    }

    private static async Task LoadAsync(ISealedStores stores, SealedBundle bundle)
    {
        Assert.Null(await stores.MountAsync(bundle, default));
        Assert.Null(await ProveAsync(stores, bundle));
        await stores.PublishAsync(bundle, default);
    }

    private static ValueTask<StoreFault?> ProveAsync(ISealedStores stores, SealedBundle bundle) => stores.ProveAsync(bundle, new Progress<StoreProgress>(), default);

    private static HashSet<string> Names(SealedBundle bundle) => bundle.Inventory.Images.Select(static image => image.Name).ToHashSet();
}
