using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="IImageStore"/> does. Derive from it, and say how a store and images for it are made.</summary>
public abstract class ImageStoreConformance
{
    private const string Repository = "quay.io/openshift-release-dev/ocp-v4.0-art-dev";
    private const string First = "gen-1";
    private const string Second = "gen-2";

    /// <summary>The store under test, empty. Skips the test when it cannot be had here.</summary>
    protected abstract IImageStore Open();

    /// <summary>An image that nobody else has, its blobs where the store looks for them.</summary>
    protected abstract StoreImage MakeImage(string repository);

    /// <summary>Takes a blob of an image away, so that it cannot be imported.</summary>
    protected abstract void Damage(StoreImage image);

    /// <summary>The same store after the agent was started again; the same object where nothing outlives the process.</summary>
    protected abstract IImageStore Reopen(IImageStore store);

    [SkippableFact]
    public async Task Nothing_is_listed_before_anything_was_published()
    {
        var store = Open();
        Assert.Empty(await store.ListAsync(default));
        await store.ImportAsync(First, MakeImage(Repository), default);
        Assert.Empty(await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task Published_images_are_listed_under_their_own_repository_only()
    {
        var store = Open();
        StoreImage[] images = [MakeImage(Repository), MakeImage(Repository), MakeImage("localhost:5000/extra/tool")];
        foreach (var image in images)
            await store.ImportAsync(First, image, default);
        await store.PublishAsync(First, default);

        var listed = await store.ListAsync(default);
        Assert.All(images, image => Assert.Contains(image.Name.ToString(), listed));
        Assert.DoesNotContain($"localhost:5000/extra/tool@{images[0].Name.Digest}", listed);
        Assert.DoesNotContain($"{Repository}@{images[2].Name.Digest}", listed);
    }

    [SkippableFact]
    public async Task Importing_and_publishing_again_is_harmless()
    {
        var store = Open();
        var image = MakeImage(Repository);
        await store.ImportAsync(First, image, default);
        await store.ImportAsync(First, image, default);
        await store.PublishAsync(First, default);
        await store.PublishAsync(First, default);
        await store.ImportAsync(First, image, default);
        await store.PublishAsync(First, default);
        Assert.Contains(image.Name.ToString(), await store.ListAsync(default));
    }

    [SkippableFact]
    public async Task A_later_generation_takes_the_place_of_the_published_one()
    {
        var store = Open();
        var (old, young) = (MakeImage(Repository), MakeImage(Repository));
        await store.ImportAsync(First, old, default);
        await store.PublishAsync(First, default);
        await store.ImportAsync(Second, young, default);
        Assert.Contains(old.Name.ToString(), await store.ListAsync(default));
        await store.PublishAsync(Second, default);

        var listed = await store.ListAsync(default);
        Assert.Contains(young.Name.ToString(), listed);
        Assert.DoesNotContain(old.Name.ToString(), listed);
    }

    [SkippableFact]
    public async Task A_generation_can_be_published_again_after_another_took_its_place()
    {
        var store = Open();
        var (one, other) = (MakeImage(Repository), MakeImage(Repository));
        foreach (var (generation, image) in ((string, StoreImage)[])[(First, one), (Second, other), (First, one)])
        {
            await store.ImportAsync(generation, image, default);
            await store.PublishAsync(generation, default);
            Assert.Contains(image.Name.ToString(), await store.ListAsync(default));
        }
    }

    [SkippableFact]
    public async Task A_published_generation_is_closed()
    {
        var store = Open();
        await store.ImportAsync(First, MakeImage(Repository), default);
        await store.PublishAsync(First, default);
        var late = MakeImage(Repository);
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.ImportAsync(First, late, default).AsTask());
        Assert.Equal("ImportFailed", refused.Reason);
        Assert.Contains(late.Name.ToString(), refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Discarding_removes_what_is_staged_and_keeps_what_is_published()
    {
        var store = Open();
        var (old, young) = (MakeImage(Repository), MakeImage(Repository));
        await store.ImportAsync(First, old, default);
        await store.PublishAsync(First, default);
        await store.ImportAsync(Second, young, default);
        await store.DiscardAsync(Second, default);
        await store.DiscardAsync(Second, default);
        await store.DiscardAsync(First, default);
        Assert.Contains(old.Name.ToString(), await store.ListAsync(default));
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.PublishAsync(Second, default).AsTask());
        Assert.Equal("PublishFailed", refused.Reason);
    }

    [SkippableFact]
    public async Task Publishing_nothing_is_refused()
    {
        var store = Open();
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.PublishAsync(First, default).AsTask());
        Assert.Equal("PublishFailed", refused.Reason);
        Assert.Contains(First, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task An_image_that_lacks_a_blob_is_refused_by_name_and_the_others_are_not_harmed()
    {
        var store = Open();
        var (good, bad) = (MakeImage(Repository), MakeImage(Repository));
        Damage(bad);
        await store.ImportAsync(First, good, default);
        var refused = await Assert.ThrowsAsync<LoadException>(() => store.ImportAsync(First, bad, default).AsTask());
        Assert.Equal("ImportFailed", refused.Reason);
        Assert.Contains(bad.Name.ToString(), refused.Message, StringComparison.Ordinal);
        await store.PublishAsync(First, default);

        var listed = await store.ListAsync(default);
        Assert.Contains(good.Name.ToString(), listed);
        Assert.DoesNotContain(bad.Name.ToString(), listed);
    }

    [SkippableFact]
    public async Task What_was_imported_and_published_is_there_after_the_agent_was_started_again()
    {
        var store = Open();
        var (one, other) = (MakeImage(Repository), MakeImage(Repository));
        await store.ImportAsync(First, one, default);
        store = Reopen(store);
        await store.ImportAsync(First, other, default);
        store = Reopen(store);
        await store.PublishAsync(First, default);
        store = Reopen(store);
        Assert.Superset(new HashSet<string> { one.Name.ToString(), other.Name.ToString() }, (await store.ListAsync(default)).ToHashSet());
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("A")]
    [InlineData(".trash-1")]
    public async Task A_generation_that_is_no_plain_name_is_refused(string generation)
    {
        var store = Open();
        var image = MakeImage(Repository);
        await Assert.ThrowsAsync<ArgumentException>(() => store.ImportAsync(generation, image, default).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => store.PublishAsync(generation, default).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => store.DiscardAsync(generation, default).AsTask());
    }

    [SkippableFact]
    public async Task A_cancelled_import_is_not_an_import()
    {
        var store = Open();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var image = MakeImage(Repository);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ImportAsync(First, image, cancelled.Token).AsTask());
        await Assert.ThrowsAsync<LoadException>(() => store.PublishAsync(First, default).AsTask());
    }

    [SkippableFact]
    public async Task Free_space_is_told() => Assert.True(await Open().FreeBytesAsync(default) > 0);
}
