using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Pins;
using Handcarry.Hosts.OpenShift.Tests.Lab;
using Handcarry.Lab.Api.Resources;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Pins;

public sealed class PinnedImageSetsClientConforms : PinnedImageSetsConformance, IAsyncLifetime
{
    private LabCluster _cluster = null!;
    private LabPins _pins = null!;

    protected override IPinnedImageSets Port => new PinnedImageSetsClient(_cluster.Connect());

    public async Task InitializeAsync()
    {
        _cluster = await LabCluster.StartAsync(MachineConfigCrds.Yaml);
        _pins = new LabPins(_cluster);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    protected override ValueTask AddPoolAsync(string name, params string[] others)
    {
        _pins.AddPool(name, others);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask ReportAsync(string node, string fault = "")
    {
        _pins.Report(node, fault);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IReadOnlyList<string>> PinnedAsync() =>
        ValueTask.FromResult<IReadOnlyList<string>>([.. _pins.Sets().SelectMany(LabPins.ImagesOf).Order(StringComparer.Ordinal)]);

    protected override ValueTask<(int Ours, IReadOnlyList<string> Others)> ReferencesAsync(string pool)
    {
        var all = _pins.References(pool);
        var ours = _pins.Sets().Select(set => (string)set["metadata"]!["name"]!).ToList();
        return ValueTask.FromResult<(int Ours, IReadOnlyList<string> Others)>((all.Intersect(ours).Count(), [.. all.Except(ours)]));
    }

    protected override ValueTask SetAwayAsync(bool away) => _cluster.SetAwayAsync(away);
}
