using System.Runtime.CompilerServices;
using Handcarry.Actors.Cluster;

namespace Handcarry.Twins.Cluster;

/// <summary>Twin of <see cref="IUpgradeStatus"/>: one supervisor's view of the object.</summary>
public sealed class InMemoryUpgradeStatus(InMemoryBundleUpgrade upgrade) : IUpgradeStatus
{
    private long? _known;

    /// <summary>With an API and an object of its own.</summary>
    public InMemoryUpgradeStatus()
        : this(new InMemoryBundleUpgrade(new InMemoryApi()))
    {
    }

    /// <summary>The object behind it.</summary>
    public InMemoryBundleUpgrade Upgrade { get; } = upgrade;

    public async IAsyncEnumerable<UpgradeSpec> WatchSpecAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        UpgradeSpec? last = null;
        while (true)
        {
            var changed = Upgrade.Api.Changed;
            if (!Upgrade.Api.Away)
            {
                var spec = (Upgrade.Now() ?? Upgrade.GetOrCreate()).Spec;
                if (spec != last)
                {
                    last = spec;
                    yield return spec;
                }
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<UpgradeStatus?> ReadAsync(CancellationToken cancellationToken)
    {
        Upgrade.Api.Enter(cancellationToken);
        var now = Upgrade.Now() ?? Upgrade.GetOrCreate();
        _known = now.Version;
        return ValueTask.FromResult(now.Status);
    }

    public ValueTask WriteAsync(UpgradeStatus status, IFence fence, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (_known is not { } known)
            throw new StaleWriteException("The status has not been read since somebody else wrote it; read it first.");
        InMemoryApi.Guard(fence);
        Upgrade.Api.Enter(cancellationToken);
        _known = Upgrade.Api.Conflicts() ? null : Upgrade.Write(known, status);
        return _known is null
            ? throw new StaleWriteException("Somebody else wrote in between; read again before deciding.")
            : ValueTask.CompletedTask;
    }

    public ValueTask RecordAsync(UpgradeEvent upgradeEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upgradeEvent);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Upgrade.Api.Away)
            Upgrade.Add(upgradeEvent);
        return ValueTask.CompletedTask;
    }
}
