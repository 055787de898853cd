using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Agent.Telemetry;

/// <summary>Where Prometheus and the kubelet look: <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c>.</summary>
internal static class TelemetryRoutes
{
    public static void Map(WebApplication app, AgentMetrics metrics, AgentHealth health)
    {
        app.MapGet("/metrics", (HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, PrometheusText.ContentType, metrics.Text.Write()));
        app.MapGet("/healthz", (HttpContext context) => ProbeAsync(context, health, health.Live));
        app.MapGet("/readyz", (HttpContext context) => ProbeAsync(context, health, health.Ready));
    }

    private static async Task ProbeAsync(HttpContext context, AgentHealth health, IReadOnlyList<HealthCheck> checks)
    {
        var report = await health.AskAsync(checks, context.RequestAborted);
        await WriteAsync(context, report.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, "text/plain; charset=utf-8", report.Text);
    }

    private static Task WriteAsync(HttpContext context, int status, string contentType, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
