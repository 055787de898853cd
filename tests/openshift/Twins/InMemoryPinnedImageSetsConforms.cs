using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;
using Handcarry.Twins.Cluster.Conformance;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

public sealed class InMemoryPinnedImageSetsConforms : PinnedImageSetsConformance
{
    private readonly InMemoryApi _api = new();
    private readonly InMemoryPinnedImageSets _twin;

    public InMemoryPinnedImageSetsConforms() => _twin = new InMemoryPinnedImageSets(_api);

    protected override IPinnedImageSets Port => _twin;

    protected override ValueTask AddPoolAsync(string name, params string[] others)
    {
        _twin.AddPool(name, others);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask ReportAsync(string node, string fault = "")
    {
        _twin.Report(node, fault);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IReadOnlyList<string>> PinnedAsync() =>
        ValueTask.FromResult<IReadOnlyList<string>>([.. _twin.Sets.Values.SelectMany(images => images).Order(StringComparer.Ordinal)]);

    protected override ValueTask<(int Ours, IReadOnlyList<string> Others)> ReferencesAsync(string pool)
    {
        var (all, ours) = (_twin.References(pool), _twin.Sets.Keys);
        return ValueTask.FromResult<(int Ours, IReadOnlyList<string> Others)>((all.Intersect(ours).Count(), [.. all.Except(ours)]));
    }

    protected override ValueTask SetAwayAsync(bool away)
    {
        _api.Away = away;
        return ValueTask.CompletedTask;
    }
}
