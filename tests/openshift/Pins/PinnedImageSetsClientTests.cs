using System.Globalization;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Pins;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Lab.Api.Resources;
using Handcarry.Twins.Cluster;

namespace Handcarry.Hosts.OpenShift.Tests.Pins;

/// <summary>What is particular to the real API: its limits, its versions, and that nothing is written without need.</summary>
public sealed class PinnedImageSetsClientTests
{
    private static readonly string Bundle = "sha256:" + new string('a', 64);
    private static readonly SwitchFence Held = new();

    [Fact]
    public async Task More_images_than_a_set_takes_are_divided_and_names_that_the_API_refuses_are_left_out()
    {
        await using var cluster = await LabCluster.StartAsync(MachineConfigCrds.Yaml);
        var pins = new LabPins(cluster);
        pins.AddPool("worker");
        var good = Enumerable.Range(0, 1001).Select(Image).ToList();
        string[] refused = [Image(2000).Replace("quay.io", "localhost:5000", StringComparison.Ordinal), Image(2001).Replace("ocp", "a/b/ocp", StringComparison.Ordinal)];
        await PinAsync(cluster, [.. good, .. refused]);
        Assert.Equal([500, 500, 1], pins.Sets().Select(set => LabPins.ImagesOf(set).Count()));
        Assert.Equal(good.Order(StringComparer.Ordinal), pins.Sets().SelectMany(LabPins.ImagesOf).Order(StringComparer.Ordinal));
        Assert.Equal(3, pins.References("worker").Count);
    }

    [Fact]
    public async Task Images_of_which_the_API_takes_none_are_not_waited_for()
    {
        await using var cluster = await LabCluster.StartAsync(MachineConfigCrds.Yaml);
        new LabPins(cluster).AddPool("worker");
        Assert.True((await PinAsync(cluster, ["localhost/a@sha256:" + new string('1', 64)])).Done);
        Assert.Empty(new LabPins(cluster).Sets());
    }

    [Fact]
    public async Task Pinning_again_writes_nothing()
    {
        await using var cluster = await LabCluster.StartAsync(MachineConfigCrds.Yaml);
        new LabPins(cluster).AddPool("worker");
        await PinAsync(cluster, [Image(1)]);
        var version = cluster.Objects.ResourceVersion;
        await PinAsync(cluster, [Image(1)]);
        Assert.Equal(version, cluster.Objects.ResourceVersion);
    }

    [Fact]
    public async Task A_set_that_somebody_has_changed_is_put_right_and_its_new_generation_waited_for()
    {
        await using var cluster = await LabCluster.StartAsync(MachineConfigCrds.Yaml);
        var pins = new LabPins(cluster);
        pins.AddPool("worker");
        await PinAsync(cluster, [Image(1), Image(2)]);
        pins.Report("n1", "");
        var set = Assert.Single(pins.Sets());
        set["spec"]!["pinnedImages"]!.AsArray().RemoveAt(1);
        cluster.Objects.Put(set);
        Assert.Equal(PinnedSets.Waiting, (await PinAsync(cluster, [Image(1), Image(2)])).Reason);
        Assert.Equal(2, LabPins.ImagesOf(Assert.Single(pins.Sets())).Count());
        pins.Report("n1", "");
        Assert.True((await PinAsync(cluster, [Image(1), Image(2)])).Done);
    }

    [Fact]
    public async Task The_technology_preview_is_served_in_its_own_version()
    {
        var preview = MachineConfigCrds.Yaml.Split("---\n").Select(crd => crd.Contains("kind: MachineConfigPool\n", StringComparison.Ordinal) ? crd : crd.Replace("- name: v1\n", "- name: v1alpha1\n", StringComparison.Ordinal));
        await using var cluster = await LabCluster.StartAsync([.. preview]);
        new LabPins(cluster).AddPool("worker");
        await PinAsync(cluster, [Image(1)]);
        Assert.Single(cluster.Objects.List("machineconfiguration.openshift.io/v1alpha1", "PinnedImageSet"));
        Assert.Single(new LabPins(cluster).References("worker"));
    }

    [Fact]
    public async Task A_pool_whose_definition_drops_the_reference_is_named()
    {
        var old = MachineConfigCrds.Yaml.Split("---\n").Select(crd => crd.Contains("kind: MachineConfigPool\n", StringComparison.Ordinal) ? crd.Replace("                pinnedImageSets:\n", "                others:\n", StringComparison.Ordinal) : crd);
        await using var cluster = await LabCluster.StartAsync([.. old]);
        cluster.Objects.PutYaml("{apiVersion: machineconfiguration.openshift.io/v1, kind: MachineConfigPool, metadata: {name: worker}, spec: {paused: false}}");
        var said = await PinAsync(cluster, [Image(1)]);
        Assert.Equal(PinnedSets.Failed, said.Reason);
        Assert.Contains("Machine config pool worker does not keep references", said.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_published_definitions_take_what_is_applied()
    {
        var folder = Repository.File("../shared/fixtures/crds");
        Skip.IfNot(Directory.Exists(folder), "the published definitions are not at hand beside the repository");
        var crds = Directory.GetFiles(folder, "*.crd.yaml").Where(file => ((string[])["_pinnedimagesets", "_machineconfigpools", "_machineconfignodes-"]).Any(part => file.Contains(part, StringComparison.Ordinal))).Select(File.ReadAllText);
        await using var cluster = await LabCluster.StartAsync([.. crds]);
        var pins = new LabPins(cluster);
        pins.AddPool("master", "their-own");
        await PinAsync(cluster, [Image(1)]);
        pins.Report("n1", "");
        Assert.True((await PinAsync(cluster, [Image(1)])).Done);
        await new PinnedImageSetsClient(cluster.Connect()).DropAsync(Bundle, Held, default);
        Assert.Equal(["their-own"], pins.References("master"));
    }

    private static string Image(int number) => $"quay.io/ocp/v4@sha256:{number.ToString("x64", CultureInfo.InvariantCulture)}";

    private static ValueTask<PinnedSets> PinAsync(LabCluster cluster, IReadOnlyList<string> images) =>
        new PinnedImageSetsClient(cluster.Connect()).PinAsync(Bundle, images, ["n1"], Held, default);
}
