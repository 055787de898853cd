using Handcarry.Agent.Telemetry;
using Handcarry.Twins;

namespace Handcarry.Agent.Tests.Telemetry;

public sealed class HealthReportTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Each_check_has_its_line_and_one_failure_makes_it_unhealthy()
    {
        var report = await AskAsync(new HealthCheck("one", _ => Task.FromResult<string?>(null)), new HealthCheck("two", _ => Task.FromResult<string?>("It is broken.")));
        Assert.Equal(new HealthReport(false, "ok one\nfailed two: It is broken.\n"), report);
    }

    [Fact]
    public async Task All_well_is_healthy() =>
        Assert.Equal(new HealthReport(true, "ok one\n"), await AskAsync(new HealthCheck("one", _ => Task.FromResult<string?>(null))));

    [Fact]
    public async Task A_check_that_throws_has_failed_in_one_line() =>
        Assert.Equal(
            new HealthReport(false, "failed one: It is all wrong\n"),
            await AskAsync(new HealthCheck("one", _ => throw new InvalidOperationException("It is all\nwrong"))));

    [Fact]
    public async Task A_check_that_never_answers_has_failed_when_its_time_is_over_though_it_minds_no_cancellation()
    {
        var report = AskAsync(new HealthCheck("one", _ => new TaskCompletionSource<string?>().Task));
        Assert.False(report.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new HealthReport(false, "failed one: It did not answer within 5 s.\n"), await report);
    }

    private Task<HealthReport> AskAsync(params HealthCheck[] checks) => HealthReport.AskAsync(checks, TimeSpan.FromSeconds(5), _time, default);
}
