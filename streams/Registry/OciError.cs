using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Registry;

/// <summary>Answers with the error body of the OCI distribution specification v1.1, "Error Codes".</summary>
internal static class OciError
{
    public const string BlobUnknown = "BLOB_UNKNOWN";
    public const string BlobUploadInvalid = "BLOB_UPLOAD_INVALID";
    public const string BlobUploadUnknown = "BLOB_UPLOAD_UNKNOWN";
    public const string Denied = "DENIED";
    public const string DigestInvalid = "DIGEST_INVALID";
    public const string ManifestBlobUnknown = "MANIFEST_BLOB_UNKNOWN";
    public const string ManifestInvalid = "MANIFEST_INVALID";
    public const string ManifestUnknown = "MANIFEST_UNKNOWN";
    public const string NameInvalid = "NAME_INVALID";
    public const string NameUnknown = "NAME_UNKNOWN";
    public const string SizeInvalid = "SIZE_INVALID";
    public const string TooManyRequests = "TOOMANYREQUESTS";
    public const string Unsupported = "UNSUPPORTED";

    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ErrorBody([new ErrorEntry(code, message)]), RegistryJson.Default.ErrorBody);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    internal sealed record ErrorBody(IReadOnlyList<ErrorEntry> Errors);

    internal sealed record ErrorEntry(string Code, string Message);
}
