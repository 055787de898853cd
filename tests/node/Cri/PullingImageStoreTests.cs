using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Tests.Storage;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>What is particular to the strategy cri-pull, with a real containerd.</summary>
public sealed class PullingImageStoreTests
{
    private const string First = "gen-1";
    private const string Second = "gen-2";

    [SkippableFact]
    public async Task A_container_runs_from_what_was_pulled_and_giving_the_bundle_up_removes_what_nobody_uses()
    {
        Skip.IfNot(File.Exists("/bin/busybox"), "busybox is not installed");
        await using var site = await PullSite.StartAsync(static site => site.Offer(site.WithEntrypoint(site.Images.Make(ImageMaker.Repository, docker: false, ContainerdPod.Busybox(site.Images)), "/busybox", "sleep", "600")));
        using var store = site.Open();
        var used = site.Offer(site.Images.Make(ImageMaker.Repository, docker: true, ContainerdPod.Busybox(site.Images), site.Images.MakeLayer("carried", "by hand"u8.ToArray())));
        var (unused, before) = (site.Offer(site.Images.MakeUnique()), site.Offer(site.Images.MakeUnique()));
        await site.Containerd.Cri.PullAsync(before.Name, default);
        foreach (var image in (StoreImage[])[used, unused, before])
            await store.ImportAsync(First, image, default);
        await using var pod = await ContainerdPod.RunAsync(site.Containerd, used.Name);
        Assert.Equal("by hand", await pod.ReadAsync("/carried"));

        await store.DiscardAsync(First, default);

        Assert.NotNull(await site.Containerd.Cri.FindAsync(used.Name.ToString(), default));
        Assert.Null(await site.Containerd.Cri.FindAsync(unused.Name.ToString(), default));
        Assert.NotNull(await site.Containerd.Cri.FindAsync(before.Name.ToString(), default));
        Assert.Equal("by hand", await pod.ReadAsync("/carried"));
    }

    [SkippableFact]
    public async Task A_list_counts_when_it_is_known_by_both_digests()
    {
        await using var site = await PullSite.StartAsync();
        using var store = site.Open();
        var (list, instance) = site.Images.MakeList(ImageMaker.Repository, docker: true, site.Images.MakeLayer("in", "a list"u8.ToArray()));
        site.Offer(list, instance);

        await store.ImportAsync(First, list, default);
        await store.PublishAsync(First, default);

        Assert.Equal([list.Name.ToString()], await store.ListAsync(default));
        Assert.NotNull(await site.Containerd.Cri.FindAsync(instance.Name.ToString(), default));
    }

    [SkippableFact]
    public async Task What_somebody_removes_is_not_listed_any_more_and_is_pulled_again()
    {
        await using var site = await PullSite.StartAsync();
        using var store = site.Open();
        var (lost, kept) = (site.Offer(site.Images.MakeUnique()), site.Offer(site.Images.MakeUnique()));
        foreach (var image in (StoreImage[])[lost, kept])
            await store.ImportAsync(First, image, default);
        await store.PublishAsync(First, default);

        await site.Containerd.Cri.RemoveAsync(lost.Name.ToString(), default);

        Assert.Equal([kept.Name.ToString()], await store.ListAsync(default));
        foreach (var image in (StoreImage[])[lost, kept])
            await store.ImportAsync(Second, image, default);
        await store.PublishAsync(Second, default);
        Assert.Equal(2, (await store.ListAsync(default)).Count);
    }

    [SkippableFact]
    public async Task The_release_before_stays_and_the_one_before_that_goes()
    {
        await using var site = await PullSite.StartAsync();
        using var store = site.Open();
        var shared = site.Offer(site.Images.MakeUnique());
        var own = new List<StoreImage>();
        foreach (var generation in (string[])["one-0", "two-0", "three-0"])
        {
            own.Add(site.Offer(site.Images.MakeUnique()));
            await store.ImportAsync(generation, shared, default);
            await store.ImportAsync(generation, own[^1], default);
            await store.PublishAsync(generation, default);
        }

        var there = new List<bool>();
        foreach (var image in own.Prepend(shared))
            there.Add(await site.Containerd.Cri.FindAsync(image.Name.ToString(), default) is not null);
        Assert.Equal([true, false, true, true], there);
    }

    [SkippableFact]
    public async Task A_runtime_that_is_gone_is_named_and_nothing_is_forgotten()
    {
        await using var site = await PullSite.StartAsync();
        using var store = site.Open();
        var image = site.Offer(site.Images.MakeUnique());
        await store.ImportAsync(First, image, default);
        await store.PublishAsync(First, default);
        await site.Containerd.KillAsync();

        var failure = await Assert.ThrowsAsync<LoadException>(async () => await store.ListAsync(default));
        Assert.Equal(RuntimeReasons.RuntimeUnreachable, failure.Reason);

        await site.Containerd.StartAgainAsync();
        Assert.Equal([image.Name.ToString()], await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task Each_restart_of_the_runtime_is_told_when_it_serves_again()
    {
        await using var site = await PullSite.StartAsync();
        await using var watch = new RuntimeWatch(site.Containerd.Options.Socket, TimeProvider.System);
        for (var i = 0; i < 2; i++)
        {
            var told = watch.RestartedAsync(default);
            await site.Containerd.KillAsync();
            Assert.False(told.IsCompleted);
            await site.Containerd.StartAgainAsync();
            await told.WaitAsync(TimeSpan.FromMinutes(1));
        }
    }
}
