using Handcarry.Hosts.Node.Cri;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>In what CRI-O differs from version to version, as found with real ones (reference/container-storage.md section D).</summary>
public sealed class CrioTwinTests
{
    [Theory, InlineData(26), InlineData(28), InlineData(32), InlineData(37)]
    public async Task Images_of_the_additional_store_come_and_go_with_it_and_are_found_by_both_digests(int minor)
    {
        await using var site = new CrioTwinSite(minor);
        var image = site.Preload(list: true);
        Assert.Empty(await AskedRuntime.ForAsync(site.Runtime, [image], default));

        site.Crio.Additional = null;

        Assert.Equal(2, (await AskedRuntime.ForAsync(site.Runtime, [image], default)).Count);
        Assert.Empty(site.Crio.Jobs);
    }

    [Theory, InlineData(26, false), InlineData(30, false), InlineData(31, true), InlineData(37, true)]
    public async Task A_pull_of_an_image_in_the_additional_store_records_it_from_1_31_and_the_record_dangles_when_the_store_goes(int minor, bool dangles)
    {
        await using var site = new CrioTwinSite(minor);
        var other = await site.OfferAsync();
        await site.Runtime.PullAsync(other.Name, default);
        var image = site.Offer(site.Preload());
        await site.Runtime.PullAsync(image.Name, default);

        site.Crio.Additional = null;

        if (!dangles)
        {
            Assert.Single(await site.Runtime.ListAsync(default));
            return;
        }
        Assert.Equal(RuntimeReasons.DanglingRecord, (await Assert.ThrowsAsync<RuntimeException>(async () => await site.Runtime.ListAsync(default))).Reason);
        // Each image is asked for, so only what is really lacking is found.
        var finding = Assert.Single(await AskedRuntime.ForAsync(site.Runtime, [image, other], default));
        Assert.Equal((image.Name, RuntimeReasons.DanglingRecord), (finding.Image, finding.Reason));
        await site.Runtime.RemoveAsync(image.Name.ToString(), default);
        await Assert.ThrowsAsync<RuntimeException>(async () => await site.Runtime.ListAsync(default));
        await Assert.ThrowsAsync<RuntimeException>(async () => await site.Runtime.RemoveAsync(site.Crio.Main.Images[^1].Id, default));
        Assert.Single(await site.Runtime.ListAsync(default));
    }

    [Theory, InlineData(26), InlineData(28), InlineData(32), InlineData(37)]
    public async Task Images_of_two_additional_stores_are_seen_and_a_record_dangles_only_when_the_last_store_with_its_layers_goes(int minor)
    {
        await using var site = new CrioTwinSite(minor);
        var old = site.Preload();
        site.Crio.Second = site.Crio.Additional;
        site.Crio.Additional = null;
        var young = site.Preload();
        Assert.Empty(await AskedRuntime.ForAsync(site.Runtime, [old, young], default));
        var pulled = await site.OfferAsync();
        await site.Runtime.PullAsync(pulled.Name, default);

        site.Crio.Second = null;

        Assert.Equal(old.Name, Assert.Single(await AskedRuntime.ForAsync(site.Runtime, [old, young, pulled], default)).Image);
    }

    [Theory, InlineData(26), InlineData(28), InlineData(32), InlineData(37)]
    public async Task An_image_pulled_onto_layers_of_the_additional_store_dangles_without_it_in_every_version(int minor)
    {
        await using var site = new CrioTwinSite(minor);
        site.Preload();
        var pulled = await site.OfferAsync();
        await site.Runtime.PullAsync(pulled.Name, default);

        site.Crio.Additional = null;

        Assert.Equal(RuntimeReasons.DanglingRecord, Assert.Single(await AskedRuntime.ForAsync(site.Runtime, [pulled], default)).Reason);
    }

    [Theory, InlineData(26, false), InlineData(32, false), InlineData(35, false), InlineData(36, true), InlineData(37, true)]
    public async Task Removing_an_image_of_the_additional_store_leaves_it_there_and_is_called_a_success_from_1_36(int minor, bool success)
    {
        await using var site = new CrioTwinSite(minor);
        var image = site.Preload();

        var failure = await Record.ExceptionAsync(async () => await site.Runtime.RemoveAsync(image.Name.ToString(), default));

        Assert.Equal(success, failure is null);
        Assert.NotNull(await site.Runtime.FindAsync(image.Name.ToString(), default));
    }
}
