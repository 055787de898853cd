using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Cri.Records;

namespace Handcarry.Hosts.Node.Tests.Cri.Records;

/// <summary>With CRI-O's twin, which says what CRI-O says of such records and not what is so.</summary>
public sealed class SpareRecordsTests : IAsyncDisposable
{
    private readonly CrioTwinSite _site = new(37);
    private readonly List<string> _used = [];

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_record_of_an_image_of_the_store_is_removed_though_CRI_O_says_that_it_failed()
    {
        var image = await PulledFromOldAsync();
        var records = new SpareRecords(_site.Runtime);

        Assert.True(await records.RemoveAsync(() => Look(RecordRemedy.Remove), default));

        Assert.Empty(_site.Crio.Main.Images);
        _site.Crio.Second = null;
        Assert.Empty(await _site.Runtime.ListAsync(default));
        Assert.Empty(await records.PullAgainAsync(default));
        Assert.Single(_site.Crio.Pulls, image.Name);
    }

    [Fact]
    public async Task An_image_that_is_needed_is_pulled_again_once_the_store_has_gone()
    {
        var image = await PulledFromOldAsync();
        var records = new SpareRecords(_site.Runtime);
        Assert.True(await records.RemoveAsync(() => Look(RecordRemedy.PullAgain), default));
        var mirror = _site.Crio.Mirror;
        (_site.Crio.Second, _site.Crio.Mirror) = (null, null);
        Assert.Contains(image.Name.ToString(), Assert.Single(await records.PullAgainAsync(default)), StringComparison.Ordinal);

        _site.Crio.Mirror = mirror;
        Assert.Empty(await records.PullAgainAsync(default));
        Assert.NotNull(await _site.Runtime.FindAsync(image.Name.ToString(), default));
    }

    [Fact]
    public async Task Nothing_is_removed_while_something_else_stays_on_the_store()
    {
        await PulledFromOldAsync();
        var records = new SpareRecords(_site.Runtime);
        Assert.False(await records.RemoveAsync(() => Look(RecordRemedy.KeepStore), default));
        _used.Add("a container");
        Assert.False(await records.RemoveAsync(() => Look(RecordRemedy.Remove), default));
        Assert.Single(_site.Crio.Main.Images);
    }

    [Fact]
    public async Task Without_a_runtime_records_stay()
    {
        await PulledFromOldAsync();
        Assert.False(await new SpareRecords(null).RemoveAsync(() => Look(RecordRemedy.Remove), default));
        Assert.Single(_site.Crio.Main.Images);
    }

    /// <summary>An image of the store at the second path, which CRI-O has recorded in its own storage when it was pulled.</summary>
    private async Task<WantedImage> PulledFromOldAsync()
    {
        var image = _site.Offer(_site.Preload());
        (_site.Crio.Second, _site.Crio.Additional) = (_site.Crio.Additional, null);
        await _site.Runtime.PullAsync(image.Name, default);
        Assert.Single(_site.Crio.Main.Images);
        return image;
    }

    private StoreDependents Look(RecordRemedy remedy) => new(
        [.. _site.Crio.Main.Images.Select(image => new DependentImage(image.Id, [image.RecordedName.ToString()], image.Layers[^1], remedy))],
        [.. _used.Select(static id => new DependentContainer(id, "image", "layer"))],
        []);
}
