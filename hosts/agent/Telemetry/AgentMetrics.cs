using System.Diagnostics.Metrics;

namespace Handcarry.Agent.Telemetry;

/// <summary>All instruments of an agent, under one meter, which any listener in the process may read; <see cref="Text"/> writes them for Prometheus.</summary>
internal sealed class AgentMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Handcarry.Agent";

    private readonly Meter _meter = new(MeterName);

    public AgentMetrics(MetricSources from)
    {
        NodeMetrics.AddTo(_meter, from);
        SiteMetrics.AddTo(_meter, from);
        Text = new PrometheusText(_meter);
    }

    /// <summary>For Prometheus.</summary>
    public PrometheusText Text { get; }

    public void Dispose() => _meter.Dispose();
}
