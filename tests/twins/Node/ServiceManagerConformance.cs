using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>What every <see cref="IServiceManager"/> does. Derive from it, and provide the units.</summary>
public abstract class ServiceManagerConformance
{
    /// <summary>A service that runs, and does what it is told.</summary>
    protected const string Good = "handcarry-good.service";

    /// <summary>One that cannot start.</summary>
    protected const string Bad = "handcarry-bad.service";

    /// <summary>One that runs and cannot reload.</summary>
    protected const string Stubborn = "handcarry-stubborn.service";

    /// <summary>The service manager under test, with the three units. Skips the test when it cannot be had here.</summary>
    protected abstract Task<IServiceManager> OpenAsync();

    [SkippableFact]
    public async Task A_restarted_unit_runs()
    {
        var services = await OpenAsync();
        Assert.Equal(JobResult.Done, await services.RestartAsync(Good, default));
        Assert.Equal(new UnitState("active", "running"), await services.StateAsync(Good, default));
    }

    [SkippableFact]
    public async Task A_unit_that_cannot_start_is_a_job_that_failed()
    {
        var services = await OpenAsync();
        Assert.Equal(JobResult.Failed, await services.RestartAsync(Bad, default));
        Assert.Equal("failed", (await services.StateAsync(Bad, default))?.Active);
    }

    [SkippableFact]
    public async Task A_running_unit_reloads()
    {
        var services = await OpenAsync();
        Assert.Equal(JobResult.Done, await services.ReloadAsync(Good, default));
    }

    [SkippableFact]
    public async Task A_unit_that_cannot_reload_is_refused()
    {
        var services = await OpenAsync();
        var refused = await Assert.ThrowsAsync<ServiceException>(() => services.ReloadAsync(Stubborn, default).AsTask());
        Assert.Equal(ServiceException.Refused, refused.Reason);
        Assert.Contains(Stubborn, refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_unit_that_does_not_exist_is_said_to()
    {
        var services = await OpenAsync();
        var refused = await Assert.ThrowsAsync<ServiceException>(() => services.RestartAsync("handcarry-none.service", default).AsTask());
        Assert.Equal(ServiceException.NoSuchUnit, refused.Reason);
        Assert.Null(await services.StateAsync("handcarry-none.service", default));
    }
}
