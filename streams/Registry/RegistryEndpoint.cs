using System.Buffers;
using Handcarry.Streams.Content;
using Handcarry.Streams.Replication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Handcarry.Streams.Registry;

/// <summary>
/// A registry by the OCI distribution specification v1.1: pull and content discovery, and push where uploads are given. Deleting, which the specification leaves to
/// registries, is answered with 405.
/// </summary>
public static class RegistryEndpoint
{
    private const string Reading = "GET, HEAD";

    /// <summary>Maps everything below <c>/v2/</c>.</summary>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="store">The blobs to serve, manifests included.</param>
    /// <param name="index">Which of them are manifests, and under which names.</param>
    /// <param name="uploads">Takes what is pushed; null for a registry that can only be read.</param>
    /// <param name="counters">Told of every byte of a blob sent.</param>
    /// <param name="pool">Lends one buffer of 256 KiB per request; the shared pool when null.</param>
    /// <param name="sending">Holds back what is sent of blobs; null to send as much as is taken.</param>
    public static IEndpointConventionBuilder MapRegistry(
        this IEndpointRouteBuilder endpoints, BlobStore store, RegistryIndex index, RegistryUploads? uploads, TransferCounters counters, ArrayPool<byte>? pool = null,
        RateLimit? sending = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(counters);
        var logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RegistryEndpoint).FullName!);
        pool ??= TransferBuffers.Pool;
        var server = new Server(
            new BlobAnswers(store, counters, pool, logger, sending),
            new ManifestAnswers(store, index),
            uploads is null ? null : new UploadAnswers(store, uploads, pool));
        // Routing knows a catch-all only as the last segment, while here the name in the middle has any number of them.
        return endpoints.Map("/v2/{**path}", server.AnswerAsync);
    }

    private sealed class Server(BlobAnswers blobs, ManifestAnswers manifests, UploadAnswers? uploads)
    {
        public async Task AnswerAsync(HttpContext context)
        {
            context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
            try
            {
                await AnswerCheckedAsync(context);
            }
            catch (RegistryException e) when (!context.Response.HasStarted)
            {
                await OciError.WriteAsync(context, e.Status, e.Code, e.Message);
            }
            catch (BadHttpRequestException e) when (!context.Response.HasStarted)
            {
                await OciError.WriteAsync(context, e.StatusCode, OciError.BlobUploadInvalid, e.Message);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
            {
                // Whoever asked is gone.
            }
        }

        private Task AnswerCheckedAsync(HttpContext context)
        {
            if (!RegistryPath.TryRead(context.Request.RouteValues["path"] as string ?? "", out var route, out var name, out var reference))
                throw new RegistryException(StatusCodes.Status404NotFound, OciError.Unsupported, "This registry knows no such path.");
            if (route is not RegistryRoute.Version && !RegistryPath.IsName(name))
                throw new RegistryException(StatusCodes.Status400BadRequest, OciError.NameInvalid, "Not a repository name.");
            var method = context.Request.Method;
            var reads = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
            switch (route)
            {
                case RegistryRoute.Version when reads:
                    return Task.CompletedTask;
                case RegistryRoute.Blob when reads:
                    return blobs.AnswerAsync(context, RegistryPath.DigestOf(reference));
                case RegistryRoute.Manifest when reads:
                    return manifests.AnswerAsync(context, name, reference);
                case RegistryRoute.Tags when reads:
                    return manifests.AnswerTagsAsync(context, name);
                case RegistryRoute.Referrers when reads:
                    return manifests.AnswerReferrersAsync(context, name, RegistryPath.DigestOf(reference));
                case RegistryRoute.Manifest when uploads is not null && HttpMethods.IsPut(method):
                    return uploads.PutManifestAsync(context, name, reference);
                case RegistryRoute.Uploads when uploads is not null && HttpMethods.IsPost(method):
                    return uploads.BeginAsync(context, name);
                case RegistryRoute.Upload when uploads is not null && HttpMethods.IsGet(method):
                    return uploads.TellAsync(context, name, reference);
                case RegistryRoute.Upload when uploads is not null && HttpMethods.IsPatch(method):
                    return uploads.AppendAsync(context, name, reference);
                case RegistryRoute.Upload when uploads is not null && HttpMethods.IsPut(method):
                    return uploads.EndAsync(context, name, reference);
                case RegistryRoute.Upload when uploads is not null && HttpMethods.IsDelete(method):
                    return uploads.CancelAsync(context, name, reference);
                default:
                    context.Response.Headers.Allow = AllowedFor(route);
                    throw new RegistryException(
                        StatusCodes.Status405MethodNotAllowed, OciError.Unsupported, uploads is null ? "This registry can only be read." : "This registry does not do that.");
            }
        }

        private string AllowedFor(RegistryRoute route) => (uploads, route) switch
        {
            (not null, RegistryRoute.Manifest) => Reading + ", PUT",
            (not null, RegistryRoute.Uploads) => "POST",
            (not null, RegistryRoute.Upload) => "DELETE, GET, PATCH, PUT",
            _ => Reading,
        };
    }
}
