using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IWorkloads"/>.</summary>
public sealed class InMemoryWorkloads(InMemoryApi api) : IWorkloads
{
    private IReadOnlyList<WorkloadImage> _images = [];

    /// <summary>These are used from now on.</summary>
    public void Set(params WorkloadImage[] images) => Volatile.Write(ref _images, images);

    public ValueTask<WorkloadFacts> ReadAsync(CancellationToken cancellationToken)
    {
        api.Enter(cancellationToken);
        return ValueTask.FromResult(new WorkloadFacts(
            [
                .. Volatile.Read(ref _images).Where(image => image.Always || !image.Here).Distinct()
                    .OrderBy(image => image.Workload, StringComparer.Ordinal).ThenBy(image => image.Image, StringComparer.Ordinal),
            ],
            DateTimeOffset.UnixEpoch));
    }
}
