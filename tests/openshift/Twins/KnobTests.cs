using Handcarry.Actors.Cluster;
using Handcarry.Twins.Cluster;

namespace Handcarry.Hosts.OpenShift.Tests.Twins;

/// <summary>What a test can make the twins do.</summary>
public sealed class KnobTests
{
    private readonly InMemoryApi _api = new();
    private readonly SwitchFence _fence = new();

    [Fact]
    public async Task The_next_call_can_be_made_to_fail()
    {
        var status = new InMemoryUpgradeStatus(new InMemoryBundleUpgrade(_api));
        _api.FailNext();
        await Assert.ThrowsAsync<ApiUnavailableException>(async () => await status.ReadAsync(default));
        Assert.Null(await status.ReadAsync(default));
    }

    [Fact]
    public async Task The_next_write_can_be_made_stale()
    {
        var status = new InMemoryUpgradeStatus(new InMemoryBundleUpgrade(_api));
        var idle = new UpgradeStatus { Phase = Phase.Idle };
        await status.ReadAsync(default);
        _api.ConflictNext();
        await Assert.ThrowsAsync<StaleWriteException>(async () => await status.WriteAsync(idle, _fence, default));
        await Assert.ThrowsAsync<StaleWriteException>(async () => await status.WriteAsync(idle, _fence, default));
        await status.ReadAsync(default);
        await status.WriteAsync(idle, _fence, default);
        Assert.Equal(idle, status.Upgrade.Status);
    }

    [Fact]
    public async Task The_next_request_can_be_made_stale()
    {
        var version = new InMemoryClusterVersion(_api);
        _api.ConflictNext();
        await Assert.ThrowsAsync<StaleWriteException>(async () => await version.RequestUpgradeAsync("image", "1", _fence, default));
        Assert.Empty(version.Requests);
        await version.RequestUpgradeAsync("image", "1", _fence, default);
        Assert.Equal([("image", "1")], version.Requests);
    }
}
