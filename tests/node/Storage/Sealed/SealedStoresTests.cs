using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealed;

/// <summary>Real sealed stores over loop devices, looked at by skopeo and podman.</summary>
public sealed class SealedStoresTests : IDisposable
{
    private SealedSite? _site;

    private SealedSite Site => _site ??= new SealedSite();

    public void Dispose() => _site?.Dispose();

    [SkippableFact]
    public async Task A_published_store_has_its_images_by_name_and_digest_and_containers_run_from_it()
    {
        var bundle = await Site.MakeBundleAsync();
        var names = bundle.Inventory.Images.Select(static image => image.Name).ToList();
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        Assert.Empty(await Site.ListAsync());
        await Site.LoadAsync(bundle);

        Assert.Equal(names.ToHashSet(), await Site.ListAsync());
        foreach (var name in names)
            Assert.True(await Site.HasAsync(name));
        Assert.False(await Site.HasAsync(names[0].Replace("quay.io", "quay.example", StringComparison.Ordinal)));
        Assert.Equal("1", await Site.RunContainerAsync(names[1], "read line < /number; echo $line"));
        var mount = File.ReadLines("/proc/self/mountinfo").Single(line => line.Contains($"{bundle.Store.Digest.Hex} ", StringComparison.Ordinal));
        Assert.Contains(" ro,nosuid,nodev,", mount, StringComparison.Ordinal);
        Assert.DoesNotContain("noexec", mount, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_container_goes_on_from_the_store_before_while_the_runtime_sees_the_new_one()
    {
        var (one, two) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        await Site.LoadAsync(one);
        var image = one.Inventory.Images[1].Name;
        var container = await Tool.RunAsync("podman", Site.Podman("run", "--detach", "--pull=never", "--net=none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", image, "/bin/sh", "-c", "while :; do read line < /number; sleep 1; done"));
        var process = await Tool.RunAsync("podman", Site.Podman("inspect", "--format", "{{.State.Pid}}", container));
        try
        {
            await Site.LoadAsync(two);
            Assert.Equal(two.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.ListAsync());

            // The runtime's own records say that a container stands on it.
            var sentence = Assert.Single(await Site.Stores.RetireAsync(two, true, default));
            Assert.Contains("1 containers", sentence, StringComparison.Ordinal);
            Assert.True(Site.Stores.IsInUse(Site.Stores.FolderOf(one)));

            // Even unmounted by hand it stays in use, and the container sees its files.
            await Tool.RunAsync("umount", Site.Stores.FolderOf(one).Mount);
            Assert.True(Site.Stores.IsInUse(Site.Stores.FolderOf(one)));
            Assert.Equal("1", await Tool.RunAsync("nsenter", "--target", process, "--mount", "--root", "/bin/sh", "-c", "read line < /number; echo $line"));
        }
        finally
        {
            await Tool.TryAsync("podman", Site.Podman("rm", "--force", "--time", "0", container));
        }
        Assert.Empty(await Site.Stores.RetireAsync(two, true, default));
        await Eventually.HoldsAsync(() => !Site.Stores.IsInUse(Site.Stores.FolderOf(one)), "the kernel has let the file of the old store go");
        Assert.Equal(two.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.ListAsync());
    }

    [SkippableFact]
    public async Task Withdrawing_brings_back_what_was_there_to_the_inode_and_the_chain_survives_retiring_in_its_middle()
    {
        var skeletons = Inodes();
        var (one, two, three) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        await Site.LoadAsync(one);
        await Site.LoadAsync(two);
        await Site.LoadAsync(three);
        Assert.Empty(await Site.Stores.RetireAsync(three, true, default));
        Assert.Equal([$"{three.Store.Digest.Hex} folder 1", $"{three.Store.Digest.Hex}.before folder 0", $"{three.Store.Digest.Hex}.proved file 0", $"store sealed/{three.Store.Digest.Hex} 0", "store-2 folder 0"], Site.Tree());

        await Site.Stores.WithdrawAsync(three, default);
        Assert.Equal(skeletons, Inodes());
        Assert.Empty(await Site.ListAsync());
        Assert.Empty(await Site.Stores.RetireAsync(null, false, default));
        Assert.Equal(["store folder 0", "store-2 folder 0"], Site.Tree());
        Assert.True(File.Exists(Site.BlobPath(three)));
    }

    [SkippableFact]
    public async Task All_stores_are_withdrawn_but_those_that_something_stands_on_which_is_named()
    {
        var skeletons = Inodes();
        var (one, two) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        var retirement = new SealedRetirement(Site.Options, Site.Runner, null);
        await Site.LoadAsync(one);
        await Site.LoadAsync(two);
        await Site.RecordAsync(two, 1);
        var tree = Site.Tree();

        var kept = await retirement.WithdrawAllAsync(default);
        Assert.Equal([one.Store.Digest.ToString()], kept.Withdrawn);
        var sentence = Assert.Single(kept.Staying);
        Assert.Contains(two.Store.Digest.Short, sentence, StringComparison.Ordinal);
        Assert.Contains(two.Inventory.Images[1].Name, sentence, StringComparison.Ordinal);
        Assert.Equal(tree.Where(line => !line.StartsWith(one.Store.Digest.Hex, StringComparison.Ordinal)).Count(), Site.Tree().Count);
        Assert.Equal(two.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.ListAsync());

        await Site.ForgetRecordAsync(two, 1);
        var gone = await retirement.WithdrawAllAsync(default);
        Assert.Equal([two.Store.Digest.ToString()], gone.Withdrawn);
        Assert.Empty(gone.Staying);
        Assert.Equal(["store folder 0", "store-2 folder 0"], Site.Tree());
        Assert.Equal(skeletons, Inodes());
        Assert.True(File.Exists(Site.BlobPath(two)));
        Assert.Empty((await retirement.WithdrawAllAsync(default)).Withdrawn);
    }

    [SkippableFact]
    public async Task A_layer_store_takes_the_place_of_a_sealed_one_and_the_other_way_round()
    {
        var (bundle, images) = (await Site.MakeBundleAsync(), new ImageMaker(Site.At("state", "blobs")));
        var image = images.MakeUnique();
        await Site.LoadAsync(bundle);
        using (var layers = Site.Layers)
        {
            layers.EnsureSkeleton();
            await layers.ImportAsync("layers-0", image, default);
            await layers.PublishAsync("layers-0", default);
        }
        Assert.Equal([image.Name.ToString()], await Site.ListAsync());
        var both = bundle.Inventory.Images.Select(static i => i.Name).Append(image.Name.ToString()).ToHashSet();
        Assert.Equal(both, await Site.SeenAsync());
        Assert.Empty(await Site.Stores.RetireAsync(null, false, default));
        await Site.LoadAsync(bundle);
        Assert.Equal(bundle.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.ListAsync());
        Assert.Equal(both, await Site.SeenAsync());
        using (var layers = Site.Layers)
        {
            await layers.ImportAsync("layers-0", image, default);
            await layers.PublishAsync("layers-0", default);
        }
        Assert.Equal([image.Name.ToString()], await Site.ListAsync());
        await Site.LoadAsync(bundle);
        Assert.Empty(await Site.Stores.RetireAsync(bundle, true, default));
        Assert.Equal(bundle.Inventory.Images.Select(static i => i.Name).ToHashSet(), await Site.SeenAsync());
    }

    [SkippableFact]
    public async Task A_proof_is_remembered_for_the_very_file_and_tells_its_progress()
    {
        var bundle = await Site.MakeBundleAsync();
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        var seen = new Seen();
        Assert.Null(await Site.Stores.ProveAsync(bundle, seen, default));
        Assert.True(seen.Last is { Done: > 6_000_000 } last && last.Done == last.Total);

        // Not even the documents are needed for what is remembered.
        Site.Blobs.Delete(bundle.Inventory.Blobs[0].Digest);
        Assert.Null(await Site.Restart().ProveAsync(bundle, seen, default));
        File.SetLastWriteTimeUtc(Site.BlobPath(bundle), DateTime.UnixEpoch);
        Assert.Equal(Reasons.BlobUnknown, (await Assert.ThrowsAsync<LoadException>(() => Site.Stores.ProveAsync(bundle, seen, default).AsTask())).Reason);
    }

    [SkippableFact]
    public async Task A_store_that_is_not_what_the_bundle_says_is_named_by_layer_and_its_blob_kept()
    {
        var other = await Site.MakeBundleAsync();
        var bundle = await Site.MakeBundleAsync(store => Task.Run(() => File.Copy(Site.BlobPath(other), store, overwrite: true)));
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        var fault = await Site.Stores.ProveAsync(bundle, new Seen(), default);
        Assert.False(fault!.Damaged);
        Assert.StartsWith("Store", fault.Reason, StringComparison.Ordinal);
        Assert.Contains("Make the bundle again", fault.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Site.BlobPath(bundle)));
        await Site.Stores.RetireAsync(null, false, default);
        Assert.Equal(["store folder 0", "store-2 folder 0"], Site.Tree());
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_whose_proof_has_failed_is_not_mounted_again_by_an_agent_that_starts_anew(bool seen)
    {
        var other = await Site.MakeBundleAsync();
        var bundle = await Site.MakeBundleAsync(store => Task.Run(() => File.Copy(Site.BlobPath(other), store, overwrite: true)));
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        if (seen)
            await Site.Stores.PublishAsync(bundle, default);
        var fault = await Site.Stores.ProveAsync(bundle, new Seen(), default);
        Assert.Empty(MountTable.Below(Site.Stores.FolderOf(bundle).Mount));

        Assert.Equal(fault, await Site.Restart().MountAsync(bundle, default));
        Assert.Empty(MountTable.Below(Site.Stores.FolderOf(bundle).Mount));
        Assert.Empty(await Site.ListAsync());

        // The same bytes may be what another bundle says.
        Assert.Null(await Site.Stores.MountAsync(bundle with { Commitment = Digest.Of("another"u8) }, default));
    }

    [SkippableFact]
    public async Task Killed_right_after_a_finding_was_written_down_it_is_withdrawn_and_what_is_damaged_is_drawn_again()
    {
        var bundle = await Site.MakeBundleAsync();
        var good = await File.ReadAllBytesAsync(Site.BlobPath(bundle));
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        await Site.Stores.PublishAsync(bundle, default);
        using (var file = File.OpenHandle(Site.BlobPath(bundle), FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, new byte[100_000], BlobSpec.ChunkSize + 300_000);
        ProofMark.Refute(Site.Stores.FolderOf(bundle), Site.BlobPath(bundle), bundle, new Remark("StoreLayerWrong", "A layer is wrong."));

        var fault = await Site.Restart().MountAsync(bundle, default);
        Assert.Equal((Reasons.StoreDamaged, true), (fault!.Reason, fault.Damaged));
        Assert.Empty(await Site.ListAsync());
        Assert.Equal(good.Length - BlobSpec.ChunkSize, await Site.DrawAgainAsync(bundle, good));
        await Site.LoadAsync(bundle);
        Assert.Equal(2, (await Site.ListAsync()).Count);
        Assert.False(File.Exists(Site.Stores.FolderOf(bundle).Refuted));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_blob_damaged_on_disk_is_found_withdrawn_dropped_and_only_the_wrong_chunk_drawn_again(bool seen)
    {
        var bundle = await Site.MakeBundleAsync();
        var good = await File.ReadAllBytesAsync(Site.BlobPath(bundle));
        // Within the second and last chunk; there is the content of the noise, which does not shrink.
        using (var file = File.OpenHandle(Site.BlobPath(bundle), FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, new byte[100_000], BlobSpec.ChunkSize + 300_000);
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        if (seen)
            await Site.Stores.PublishAsync(bundle, default);
        var fault = await Site.Stores.ProveAsync(bundle, new Seen(), default);
        Assert.Equal((Reasons.StoreDamaged, true), (fault!.Reason, fault.Damaged));
        Assert.Contains($"Blob {bundle.Store.Digest} is damaged", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await Site.ListAsync());
        Assert.False(Site.Blobs.Contains(bundle.Store.Digest));

        await Site.Stores.RetireAsync(null, false, default);
        Assert.Equal(good.Length - BlobSpec.ChunkSize, await Site.DrawAgainAsync(bundle, good));
        await Site.LoadAsync(bundle);
        Assert.Equal(2, (await Site.ListAsync()).Count);
    }

    [SkippableFact]
    public async Task Unmounted_by_hand_or_its_path_removed_it_comes_back_and_a_missing_blob_is_said()
    {
        var bundle = await Site.MakeBundleAsync();
        await Site.LoadAsync(bundle);
        var whole = Site.Tree();
        await Tool.RunAsync("umount", Site.Stores.FolderOf(bundle).Mount);
        Assert.Empty(await Site.ListAsync());
        Assert.Equal(Reasons.StoreNotMounted, (await Assert.ThrowsAsync<LoadException>(() => Site.Stores.PublishAsync(bundle, default).AsTask())).Reason);
        await Site.LoadAsync(bundle);
        Assert.Equal(whole, Site.Tree());

        File.Delete(Site.Store);
        await Site.LoadAsync(bundle);
        Assert.Equal(2, (await Site.ListAsync()).Count);
        Assert.Equal(whole, Site.Tree());

        File.Delete(Site.BlobPath(bundle));
        var fault = await Site.Restart().MountAsync(bundle, default);
        Assert.Equal((Reasons.BlobUnknown, true), (fault!.Reason, fault.Damaged));
        Assert.Empty(await Site.ListAsync());
    }

    [SkippableFact]
    public async Task What_is_seen_without_a_proof_is_withdrawn_when_nobody_wants_it()
    {
        var bundle = await Site.MakeBundleAsync();
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        await Site.Stores.PublishAsync(bundle, default);
        Assert.Empty(await Site.Restart().RetireAsync(null, false, default));
        Assert.Equal(["store folder 0", "store-2 folder 0"], Site.Tree());
    }

    [SkippableFact]
    public async Task Killed_between_any_two_steps_of_publishing_and_retiring_it_goes_on_to_the_same_end()
    {
        var (one, two) = (await Site.MakeBundleAsync(), await Site.MakeBundleAsync());
        await Site.LoadAsync(one);
        await Site.LoadAsync(two);
        var published = Site.Tree();
        await Site.Stores.RetireAsync(two, true, default);
        var retired = Site.Tree();

        for (var killed = 0; killed <= Site.Stores.Publishing(one).Count; killed++)
        {
            await Site.Stores.RetireAsync(null, false, default);
            await Site.Stores.WithdrawAsync(two, default);
            await Site.Stores.RetireAsync(null, false, default);
            await Site.LoadAsync(one);
            Assert.Null(await Site.Stores.MountAsync(two, default));
            Assert.Null(await Site.Stores.ProveAsync(two, new Seen(), default));
            foreach (var (_, run) in Site.Stores.Publishing(two).Take(killed))
            {
                run();
                Assert.True(File.Exists(Path.Combine(Site.Store, "overlay-images", "images.json")) || File.Exists(Path.Combine(Site.Second, "overlay-images", "images.json")));
                Assert.True(Directory.Exists(Path.Combine(Site.Store, "overlay-images")) && Directory.Exists(Path.Combine(Site.Second, "overlay-images")));
            }
            Site.Restart();
            await Site.LoadAsync(two);
            Assert.Equal(published, Site.Tree());

            foreach (var (_, runAsync) in Site.Stores.Retiring(Site.Stores.FolderOf(one)).Take(killed))
                await runAsync(default);
            await Site.Restart().RetireAsync(two, true, default);
            Assert.Equal(retired, Site.Tree());
        }
    }

    [SkippableFact]
    public async Task A_proof_can_be_called_off()
    {
        var bundle = await Site.MakeBundleAsync();
        Assert.Null(await Site.Stores.MountAsync(bundle, default));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Site.Stores.ProveAsync(bundle, new Seen(), stop.Token).AsTask());
        Assert.Null(await Site.Stores.ProveAsync(bundle, new Seen(), default));
    }

    private HashSet<ulong> Inodes() => [.. new[] { Site.Store, Site.Second }.Select(static path => Hosts.Node.Native.FileStatus.Of(path)!.Value.Inode)];

    private sealed class Seen : IProgress<StoreProgress>
    {
        public StoreProgress? Last { get; private set; }

        public void Report(StoreProgress value) => Last = value;
    }
}
