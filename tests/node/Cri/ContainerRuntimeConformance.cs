using Handcarry.Hosts.Node.Cri;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>What the agent relies on, whatever the runtime.</summary>
public abstract class ContainerRuntimeConformance
{
    private static readonly ImageName Nowhere = ImageName.Parse($"quay.io/openshift-release-dev/ocp-v4.0-art-dev@{Digest.Of("nothing"u8)}");

    protected abstract ValueTask<IRuntimeSite> StartAsync();

    [SkippableFact]
    public async Task It_says_what_it_is_and_where_its_images_are()
    {
        await using var site = await StartAsync();

        var facts = await site.Runtime.FactsAsync(default);

        Assert.Contains(facts.Name, (string[])[RuntimeFacts.Crio, RuntimeFacts.Containerd]);
        Assert.True(facts.IsAtLeast(1, 0), facts.Version);
        Assert.True(facts.Ready);
        Assert.All(facts.ImageFolders, static folder => Assert.True(Path.IsPathRooted(folder), folder));
        Assert.NotEmpty(facts.ImageFolders);
    }

    [SkippableFact]
    public async Task An_image_that_nobody_pulled_is_not_there_which_is_no_error()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();

        Assert.Null(await site.Runtime.FindAsync(image.Name.ToString(), default));
        Assert.DoesNotContain(await site.Runtime.ListAsync(default), known => known.Names.Contains(image.Name.ToString()));
    }

    [SkippableFact]
    public async Task A_pulled_image_is_found_by_its_name_and_by_its_id_and_is_listed()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();

        await site.Runtime.PullAsync(image.Name, default);

        var found = await site.Runtime.FindAsync(image.Name.ToString(), default);
        Assert.NotNull(found);
        Assert.Contains(image.Name.ToString(), found.Names);
        Assert.True(found.Size > 0);
        Assert.Equal(found.Id, (await site.Runtime.FindAsync(found.Id, default))?.Id);
        Assert.Contains(await site.Runtime.ListAsync(default), known => known.Id == found.Id);
    }

    [SkippableFact]
    public async Task An_image_is_not_found_under_another_repository()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();
        await site.Runtime.PullAsync(image.Name, default);

        Assert.Null(await site.Runtime.FindAsync($"quay.io/another/repository@{image.Name.Digest}", default));
    }

    [SkippableFact]
    public async Task Pulling_once_more_is_harmless()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();

        await site.Runtime.PullAsync(image.Name, default);
        await site.Runtime.PullAsync(image.Name, default);

        Assert.NotNull(await site.Runtime.FindAsync(image.Name.ToString(), default));
    }

    [SkippableFact]
    public async Task A_list_is_found_by_the_name_it_was_pulled_by()
    {
        await using var site = await StartAsync();
        var image = await site.OfferListAsync();

        await site.Runtime.PullAsync(image.Name, default);

        Assert.NotNull(await site.Runtime.FindAsync(image.Name.ToString(), default));
    }

    [SkippableFact]
    public async Task What_the_mirror_does_not_have_is_not_pulled()
    {
        await using var site = await StartAsync();

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await site.Runtime.PullAsync(Nowhere, default));

        Assert.Equal(RuntimeReasons.ImageNotServed, failure.Reason);
        Assert.Contains(Nowhere.ToString(), failure.Message);
        Assert.Null(await site.Runtime.FindAsync(Nowhere.ToString(), default));
    }

    [SkippableFact]
    public async Task A_removed_image_is_gone_and_removing_it_again_is_harmless()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();
        await site.Runtime.PullAsync(image.Name, default);

        await site.Runtime.RemoveAsync(image.Name.ToString(), default);
        await site.Runtime.RemoveAsync(image.Name.ToString(), default);

        Assert.Null(await site.Runtime.FindAsync(image.Name.ToString(), default));
    }

    [SkippableFact]
    public async Task A_pull_without_a_mirror_says_so()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();
        await site.StopMirrorAsync();

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await site.Runtime.PullAsync(image.Name, default));

        Assert.Equal(RuntimeReasons.MirrorUnreachable, failure.Reason);
    }

    [SkippableFact]
    public async Task A_pull_asks_the_mirror_also_for_an_image_that_is_there()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();
        await site.Runtime.PullAsync(image.Name, default);
        await site.StopMirrorAsync();

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await site.Runtime.PullAsync(image.Name, default));

        Assert.Equal(RuntimeReasons.MirrorUnreachable, failure.Reason);
        Assert.NotNull(await site.Runtime.FindAsync(image.Name.ToString(), default));
    }

    [SkippableFact]
    public async Task All_images_of_a_bundle_are_there_by_both_digests_after_they_were_pulled()
    {
        await using var site = await StartAsync();
        WantedImage[] images = [await site.OfferAsync(), await site.OfferListAsync(), await site.OfferAsync()];
        var pull = new ImagePull(site.Runtime, static _ => 1L << 40, new ImagePullOptions());

        Assert.Equal(4, (await AskedRuntime.ForAsync(site.Runtime, images, default)).Count);
        Assert.Empty(await pull.RunAsync(images, 1 << 20, null, default));
        Assert.Empty(await AskedRuntime.ForAsync(site.Runtime, images, default));
    }

    [SkippableFact]
    public async Task A_pull_that_is_given_up_ends()
    {
        await using var site = await StartAsync();
        var image = await site.OfferAsync();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await site.Runtime.PullAsync(image.Name, cancel.Token));
        Assert.Null(await site.Runtime.FindAsync(image.Name.ToString(), default));
    }
}
