using Handcarry.Actors.Site;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Handcarry.Agent.Telemetry;

/// <summary>Sends the spans of <see cref="BundleTraces"/> by OTLP over HTTP (OpenTelemetry protocol specification, OTLP/HTTP, binary Protobuf).</summary>
internal sealed class TraceExport : IDisposable
{
    private readonly TracerProvider _provider;
    private readonly BundleTraces _traces;

    /// <summary>Begins to send to <paramref name="endpoint"/>, such as <c>http://collector:4318/v1/traces</c>. One that does not answer costs what was to be sent, and nothing else.</summary>
    public TraceExport(Uri endpoint, string node, SiteBoard site)
    {
        _provider = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("handcarry-agent", serviceVersion: typeof(TraceExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: node))
            .AddSource(BundleTraces.SourceName)
            .AddOtlpExporter(options => (options.Endpoint, options.Protocol) = (endpoint, OtlpExportProtocol.HttpProtobuf))
            .Build();
        _traces = new BundleTraces(site, node);
    }

    /// <summary>Sends what is not sent yet.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _provider.Dispose();
    }
}
