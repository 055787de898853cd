namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>telemetry</c>.</summary>
public sealed record TelemetryOptions
{
    /// <summary>
    /// <c>telemetry.traces</c>, default empty: URL to which traces go by OTLP over HTTP, such as <c>http://collector:4318/v1/traces</c>; empty: to nobody, nothing is recorded.
    /// </summary>
    public string Traces { get; init; } = "";
}
