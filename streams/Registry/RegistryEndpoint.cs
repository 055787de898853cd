using System.Buffers;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// Serves a store read-only by the OCI distribution specification v1.1, "Pull" and "Content Discovery". The repository name in a request
/// for a digest must be well formed and is otherwise ignored: bytes are what their digest says, under any name.
/// </summary>
public static class RegistryEndpoint
{
    /// <summary>
    /// Maps everything below <c>/v2/</c>: blobs, manifests, tags and referrers by <c>GET</c> and <c>HEAD</c>, and errors with a body of
    /// the specification for the rest.
    /// </summary>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="store">The blobs to serve.</param>
    /// <param name="catalogue">Which of them are manifests, and what is tagged.</param>
    /// <param name="counters">Told of every byte of blobs and manifests sent.</param>
    /// <param name="pool">Lends one buffer of 256 KiB per request for a blob; the shared pool when null.</param>
    public static IEndpointConventionBuilder MapRegistry(
        this IEndpointRouteBuilder endpoints, BlobStore store, ServedCatalogue catalogue, TransferCounters counters, ArrayPool<byte>? pool = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(counters);
        var logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RegistryEndpoint).FullName!);
        var manifests = new ManifestAnswers(store, catalogue, counters, logger);
        var answers = new Answers(
            new BlobAnswers(store, counters, pool ?? TransferBuffers.Pool, logger), manifests, new ListAnswers(catalogue, manifests));
        // Routing knows a catch-all only as the last segment, while here the name in the middle has any number of them.
        return endpoints.Map("/v2/{**path}", answers.AnswerAsync);
    }

    private sealed class Answers(BlobAnswers blobs, ManifestAnswers manifests, ListAnswers lists)
    {
        public Task AnswerAsync(HttpContext context)
        {
            var request = context.Request;
            context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
            if (!HttpMethods.IsHead(request.Method) && !HttpMethods.IsGet(request.Method))
            {
                context.Response.Headers.Allow = "GET, HEAD";
                return OciError.WriteAsync(
                    context, StatusCodes.Status405MethodNotAllowed, OciError.Unsupported, "This registry can only be read.");
            }

            var path = request.RouteValues["path"] as string ?? "";
            if (path.Length == 0)
                return Task.CompletedTask;
            if (!RegistryPath.TrySplit(path, out var name, out var kind, out var reference))
                return UnsupportedAsync(context);
            if (!RegistryPath.IsName(name))
                return OciError.WriteAsync(context, StatusCodes.Status400BadRequest, OciError.NameInvalid, "Not a repository name.");
            return (kind, reference) switch
            {
                ("blobs", _) => blobs.AnswerAsync(context, reference),
                ("manifests", _) => manifests.AnswerAsync(context, name, reference),
                ("tags", "list") => lists.AnswerTagsAsync(context, name),
                ("referrers", _) => lists.AnswerReferrersAsync(context, reference),
                _ => UnsupportedAsync(context),
            };
        }

        private static Task UnsupportedAsync(HttpContext context) => OciError.WriteAsync(
            context, StatusCodes.Status404NotFound, OciError.Unsupported, "This registry serves blobs, manifests, tags and referrers.");
    }
}
