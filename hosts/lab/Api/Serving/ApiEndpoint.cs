using Handcarry.Lab.Api.Access;
using Handcarry.Lab.Api.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Handcarry.Lab.Api.Serving;

/// <summary>The way of every request: faults, who it is, where it goes, and failures made into a Status.</summary>
internal sealed class ApiEndpoint(
    CallerTokens tokens, ApiFaults faults, Discovery discovery, OpenApi openApi, ResourceRequests resources, TimeProvider time, ILogger logger)
{
    // Open to everybody, by the ClusterRole system:public-info-viewer.
    private static readonly HashSet<string> Public = ["/healthz", "/livez", "/readyz", "/version"];

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await PassFaultsAsync(context);
            if (context.RequestAborted.IsCancellationRequested)
                return;
            await RouteAsync(context);
        }
        catch (ApiFailure failure) when (!context.Response.HasStarted)
        {
            await Responses.WriteAsync(context, failure);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (Exception failure) when (!context.Response.HasStarted && failure is not OperationCanceledException)
        {
            logger.LogError(failure, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await Responses.WriteAsync(context, ApiFailure.Internal(failure.Message));
        }
    }

    private async Task PassFaultsAsync(HttpContext context)
    {
        faults.Count();
        if (faults.Latency > TimeSpan.Zero)
            await Task.Delay(faults.Latency, time, context.RequestAborted);
        if (faults.TakeThrottle())
            throw ApiFailure.TooManyRequests();
        switch (faults.Outage)
        {
            case ApiOutage.ServiceUnavailable:
                throw ApiFailure.Unavailable();
            case ApiOutage.ConnectionReset:
                context.Abort();
                break;
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = (context.Request.Path.Value ?? "/").TrimEnd('/');
        var open = Public.Contains(path);
        var caller = open ? null : Authenticate(context);
        if (open && path != "/version")
            return Responses.WriteTextAsync(context, 200, "ok");
        CheckAccept(context);
        if ((discovery.Find(path, context.Request.Host.Value ?? "") ?? openApi.Find(path)) is { } page)
        {
            return context.Request.Method == "GET"
                ? Responses.WriteAsync(context, 200, page)
                : throw ApiFailure.MethodNotAllowed();
        }
        return RequestPath.Parse(path) is { Plural.Length: > 0 } resource
            ? resources.ServeAsync(context, resource, caller!)
            : Responses.WriteTextAsync(context, 404, "404 page not found\n");
    }

    private Caller Authenticate(HttpContext context)
    {
        const string bearer = "Bearer ";
        var said = context.Request.Headers.Authorization.ToString();
        var caller = (said.StartsWith(bearer, StringComparison.Ordinal) ? tokens.Find(said[bearer.Length..]) : null) ?? throw ApiFailure.Unauthorized();
        var other = context.Request.Headers["Impersonate-User"].ToString();
        if (other.Length == 0)
            return caller;
        return caller.MayEverything
            ? Caller.Impersonated(other, [.. context.Request.Headers["Impersonate-Group"].OfType<string>()])
            : throw new AccessRequest("impersonate", "", "users", "", "", other).Refused(caller);
    }

    private static void CheckAccept(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        if (accept.Length == 0)
            return;
        // Parameters such as ;as=Table ask for another form of the same type; a client that asks so must take the plain one too.
        foreach (var range in accept.Split(','))
        {
            if (range.Split(';')[0].Trim() is "application/json" or "application/*" or "*/*")
                return;
        }
        throw ApiFailure.NotAcceptable(["application/json"]);
    }
}
