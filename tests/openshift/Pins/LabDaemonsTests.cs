using System.Collections.Concurrent;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Pins;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Operator;
using Handcarry.Twins;
using Handcarry.Twins.Cluster;

namespace Handcarry.Hosts.OpenShift.Tests.Pins;

/// <summary>The client against daemons that look into the nodes' storage, as the machine config operator's do.</summary>
public sealed class LabDaemonsTests : IAsyncLifetime
{
    private static readonly string Bundle = "sha256:" + new string('a', 64);
    private static readonly string[] Images = [Image('1'), Image('2')];
    private static readonly SwitchFence Held = new();

    private readonly Stores _stores = new();
    private LabCluster _cluster = null!;
    private LabMachineConfigDaemons _daemons = null!;

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync(MachineConfigCrds.Yaml);
        SeedCluster.Into(_cluster.Objects, new ClusterSeed { Version = "4.19.0", Image = Image('0'), Nodes = ["n1", "n2"] }, TimeProvider.System);
        new LabPins(_cluster).AddPool("master");
        new LabPins(_cluster).AddPool("worker");
        _daemons = _cluster.StartDaemons(_stores);
    }

    public async Task DisposeAsync()
    {
        await _daemons.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task It_is_done_once_every_image_is_in_every_nodes_storage()
    {
        _stores.Load("n1", Images);
        _stores.Load("n2", Images[0]);
        var failed = await UntilAsync(said => said.Reason == PinnedSets.Failed);
        Assert.Contains("Node n2 cannot pin the images", failed.Message, StringComparison.Ordinal);
        Assert.Contains(Images[1], failed.Message, StringComparison.Ordinal);
        _stores.Load("n2", Images[1]);
        await UntilAsync(said => said.Done);
    }

    [Fact]
    public async Task Letting_go_never_leaves_a_pool_with_a_reference_to_nothing()
    {
        _stores.Load("n1", Images);
        _stores.Load("n2", Images);
        await UntilAsync(said => said.Done);
        await Port().DropAsync(Bundle, Held, default);
        await Eventually.HoldsAsync(
            () => _cluster.Objects.List("machineconfiguration.openshift.io/v1", "MachineConfigNode").All(node => node["status"]!["pinnedImageSets"]!.AsArray().Count == 0),
            "every daemon has let go of the sets");
        Assert.All(
            _cluster.Objects.List("machineconfiguration.openshift.io/v1", "MachineConfigNode").SelectMany(node => node["status"]!["conditions"]!.AsArray()),
            condition => Assert.Equal("False", (string?)condition!["status"]));
    }

    private static string Image(char digit) => "quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:" + new string(digit, 64);

    private PinnedImageSetsClient Port() => new(_cluster.Connect());

    private async Task<PinnedSets> UntilAsync(Predicate<PinnedSets> holds)
    {
        PinnedSets? said = null;
        var port = Port();
        await Eventually.HoldsAsync(async () => holds(said = await port.PinAsync(Bundle, Images, ["n1", "n2"], Held, default)), "the daemons say so");
        return said!;
    }

    private sealed class Stores : INodeStores
    {
        private readonly ConcurrentDictionary<(string Node, string Image), byte> _images = new();

        public IReadOnlyList<string> Nodes => ["n1", "n2"];

        public void Load(string node, params IEnumerable<string> images)
        {
            foreach (var image in images)
                _images[(node, image)] = 0;
        }

        public Task<IReadOnlyCollection<string>> ImagesAsync(string node) =>
            Task.FromResult<IReadOnlyCollection<string>>([.. _images.Keys.Where(key => key.Node == node).Select(key => key.Image)]);

        public Task<byte[]> ReadReleaseFileAsync(string node, string image, string path) => throw new FileNotFoundException($"{image} on {node} has no files here.");
    }
}
