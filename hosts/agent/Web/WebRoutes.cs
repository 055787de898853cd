using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Site;
using Handcarry.Agent.Web.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Agent.Web;

/// <summary>What is served where.</summary>
internal static class WebRoutes
{
    public static void Map(WebApplication app, string agent, SiteBoard site, IEnumerable<SiteFact> facts)
    {
        app.MapGet("/api/site", (HttpContext context) => AnswerAsync(context, site));
        PageRoutes.Map(app, agent, site, facts, TimeProvider.System);
    }

    // The whole view, as the CLI gets it; 503 until a supervisor has been heard.
    private static async Task AnswerAsync(HttpContext context, SiteBoard site)
    {
        if (await site.ReadAsync(context.RequestAborted) is not { } reading)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(SiteJson.Of(reading), context.RequestAborted);
    }
}
