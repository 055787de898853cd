using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Pins;
using Handcarry.Hosts.Node.Tests.Cri;

namespace Handcarry.Hosts.Node.Tests.Pins;

public sealed class CrioPinsTests
{
    private const string Operator = "50-pinned-images";

    [Theory]
    [InlineData(26, PinEffect.NotKnown, "")]
    [InlineData(28, PinEffect.Restarted, "restart crio.service")]
    [InlineData(29, PinEffect.Applied, "reload crio.service")]
    [InlineData(37, PinEffect.Applied, "reload crio.service")]
    public async Task Pins_count_by_what_each_version_needs_and_images_are_pinned_by_whichever_digest_they_were_recorded_under(int minor, PinEffect effect, string job)
    {
        await using var site = new CrioTwinSite(minor);
        WantedImage[] images = [site.Preload(), site.Preload(list: true), await PulledByInstanceAsync(site)];

        var report = await Pins(site).ApplyAsync(images, PinOwner.MachineConfigOperator, default);

        Assert.Equal(effect, report.Effect);
        Assert.Equal(job, string.Join(',', site.Crio.Jobs));
        if (effect == PinEffect.NotKnown)
            Assert.Equal(images.Select(static image => (image.Name, RuntimeReasons.NotPinned)), report.Findings.Select(static finding => (finding.Image, finding.Reason)));
        else
            Assert.Empty(report.Findings);
        Assert.Equal(effect != PinEffect.NotKnown, (await site.Runtime.FindAsync(images[2].Name.ToString(), default))!.Pinned);
    }

    [Fact]
    public async Task A_reload_that_CRI_O_does_later_is_waited_for()
    {
        await using var site = new CrioTwinSite(32);
        site.Crio.AnswersBeforeReload = 3;
        var image = site.Preload();

        var report = await Pins(site, TimeSpan.FromMinutes(1)).ApplyAsync([image], PinOwner.Handcarry, default);

        Assert.Empty(report.Findings);
    }

    [Theory, InlineData(28, "restarted"), InlineData(32, "reloaded")]
    public async Task A_CRI_O_that_cannot_be_made_to_read_its_list_is_reported_with_its_unit(int minor, string what)
    {
        await using var site = new CrioTwinSite(minor);
        site.Crio.JobResult = JobResult.Failed;

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await Pins(site).ApplyAsync([site.Preload()], PinOwner.Handcarry, default));

        Assert.Equal(RuntimeReasons.PinsFailed, failure.Reason);
        Assert.Contains($"crio.service could not be {what}", failure.Message);
    }

    [Theory]
    [InlineData("QUAY.io/openshift-release-dev/ocp-v4.0-art-dev@{0}", true)]
    [InlineData("quay.io/openshift-release-dev/ocp-v4.0-art-dev*", true)]
    [InlineData("openshift-release-dev*", true)]
    [InlineData("*art-dev@*", true)]
    [InlineData("quay.io/openshift-release-dev/ocp-v4.0-art-dev", false)]
    [InlineData("*quay.io/another*", false)]
    public async Task An_image_that_the_operator_pins_by_a_pattern_needs_no_name_of_ours(string pattern, bool pinned)
    {
        await using var site = new CrioTwinSite(32);
        var image = site.Preload();
        await File.WriteAllTextAsync(At(site, Operator), $"[crio]\n[crio.image]\npinned_images = [\"{string.Format(null, pattern, image.Name.Digest)}\"]\n");

        var report = await Pins(site).ApplyAsync([image], PinOwner.MachineConfigOperator, default);

        Assert.Equal(pinned, report.Findings.Count == 0);
    }

    [Fact]
    public async Task Without_leave_to_restart_1_28_is_left_alone_and_the_images_are_named()
    {
        await using var site = new CrioTwinSite(28);
        var image = site.Preload();

        var report = await Pins(site, refusal: "Ask the administrator.").ApplyAsync([image], PinOwner.MachineConfigOperator, default);

        Assert.Equal(PinEffect.RestartNeeded, report.Effect);
        var finding = Assert.Single(report.Findings);
        Assert.Equal(RuntimeReasons.NotPinned, finding.Reason);
        Assert.EndsWith("Ask the administrator.", finding.Message);
        Assert.Empty(site.Crio.Jobs);
    }

    [Fact]
    public async Task The_file_is_the_same_whatever_the_order_and_a_second_time_nothing_is_reloaded()
    {
        await using var site = new CrioTwinSite(32);
        WantedImage[] images = [site.Preload(), site.Preload(list: true), site.Preload()];
        var pins = Pins(site);
        await pins.ApplyAsync(images, PinOwner.MachineConfigOperator, default);
        var text = await File.ReadAllTextAsync(At(site, "49-handcarry-pins.conf"));

        var report = await pins.ApplyAsync([.. images.Reverse()], PinOwner.MachineConfigOperator, default);

        Assert.Equal(PinEffect.Unchanged, report.Effect);
        Assert.Single(site.Crio.Jobs);
        Assert.Equal(text, await File.ReadAllTextAsync(At(site, "49-handcarry-pins.conf")));
        Assert.Equal(images.SelectMany(static image => image.Names).Select(static name => name.ToString()).Order(StringComparer.Ordinal), PinnedImagesKey.Read(text));
        Assert.Equal([At(site, "49-handcarry-pins.conf")], Directory.GetFiles(site.DropIns));
    }

    [Fact]
    public async Task A_pinned_image_set_takes_over_where_the_operator_is_to_pin()
    {
        await using var site = new CrioTwinSite(32);
        var (ours, theirs) = (site.Preload(), site.Preload());
        WriteOperators(site, theirs);
        var report = await Pins(site).ApplyAsync([ours], PinOwner.MachineConfigOperator, default);
        // Its set does not have our image yet, which is said, not assumed.
        Assert.Equal(RuntimeReasons.PinsOverruled, Assert.Single(report.Findings).Reason);

        WriteOperators(site, theirs, ours);
        report = await Pins(site).ApplyAsync([ours], PinOwner.MachineConfigOperator, default);

        Assert.Empty(report.Findings);
    }

    [Fact]
    public async Task Where_we_are_to_pin_what_the_operator_pins_stays_pinned_and_our_other_file_goes()
    {
        await using var site = new CrioTwinSite(32);
        var (ours, theirs) = (site.Preload(), site.Preload());
        WriteOperators(site, theirs);
        await Pins(site).ApplyAsync([ours], PinOwner.MachineConfigOperator, default);

        var report = await Pins(site).ApplyAsync([ours], PinOwner.Handcarry, default);

        Assert.Empty(report.Findings);
        Assert.True((await site.Runtime.FindAsync(theirs.Name.ToString(), default))!.Pinned);
        Assert.Equal([Operator, "51-handcarry-pins.conf"], Directory.GetFiles(site.DropIns).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_comes_after_ours_and_replaces_it_is_named()
    {
        await using var site = new CrioTwinSite(32);
        var image = site.Preload();
        await File.WriteAllTextAsync(At(site, "99-custom"), "[crio]\n[crio.image]\npinned_images = [\"quay.io/x/y:z\"]\n");

        var finding = Assert.Single((await Pins(site).ApplyAsync([image], PinOwner.Handcarry, default)).Findings);

        Assert.Equal(RuntimeReasons.PinsOverruled, finding.Reason);
        Assert.Contains("99-custom", finding.Message);
    }

    [Fact]
    public async Task Taken_away_nothing_of_ours_is_left_and_nothing_is_pinned()
    {
        await using var site = new CrioTwinSite(32);
        var image = site.Preload();
        await Pins(site).ApplyAsync([image], PinOwner.Handcarry, default);

        Assert.Equal(PinEffect.Applied, (await Pins(site).ApplyAsync([], PinOwner.Handcarry, default)).Effect);
        Assert.Equal(PinEffect.Unchanged, (await Pins(site).ApplyAsync([], PinOwner.Handcarry, default)).Effect);

        Assert.Empty(Directory.GetFiles(site.DropIns));
        Assert.False((await site.Runtime.FindAsync(image.Name.ToString(), default))!.Pinned);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_before_anything_is_written()
    {
        await using var site = new CrioTwinSite(32);
        await File.WriteAllTextAsync(At(site, "10-broken"), "[crio.image]\npinned_images = [\"quay.io/x/y:z\"\n");

        var failure = await Assert.ThrowsAsync<RuntimeException>(async () => await Pins(site).ApplyAsync([site.Preload()], PinOwner.Handcarry, default));

        Assert.Equal(RuntimeReasons.PinsFailed, failure.Reason);
        Assert.Contains("10-broken", failure.Message);
        Assert.Single(Directory.GetFiles(site.DropIns));
        Assert.Empty(site.Crio.Jobs);
    }

    private static CrioPins Pins(CrioTwinSite site, TimeSpan timeout = default, string? refusal = null) =>
        new(site.Runtime, site.Services, new Permission(refusal), new CrioPinsOptions { Root = site.Root, State = site.PinsState, ApplyTimeout = timeout }, TimeProvider.System);

    private static async Task<WantedImage> PulledByInstanceAsync(CrioTwinSite site)
    {
        var image = await site.OfferListAsync();
        await site.Runtime.PullAsync(image.Names[1], default);
        return new WantedImage(image.Names[1]);
    }

    private static void WriteOperators(CrioTwinSite site, params WantedImage[] images) =>
        File.WriteAllText(At(site, Operator), $"[crio]\n[crio.image]\npinned_images = [{string.Join(", ", images.Select(static image => $"\"{image.Name}\""))}]\n");

    private static string At(CrioTwinSite site, string name) => Path.Combine(site.DropIns, name);

    private sealed class Permission(string? refusal) : IRestartPermission
    {
        public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult(new RestartPermit(refusal));
    }
}
