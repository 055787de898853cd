namespace Handcarry.Hosts.OpenShift.Leases;

/// <summary>
/// A meta/v1 MicroTime. Its parser in the API server wants six decimals, no fewer (apimachinery, meta/v1/micro_time.go), while
/// KubernetesClient writes none for a whole second: one microsecond is added to those.
/// </summary>
internal static class MicroTime
{
    public static DateTime Of(DateTimeOffset time)
    {
        var micros = time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond);
        if (micros % TimeSpan.TicksPerSecond == 0)
            micros += TimeSpan.TicksPerMicrosecond;
        return new DateTime(micros, DateTimeKind.Utc);
    }
}
