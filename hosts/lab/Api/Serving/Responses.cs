using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Storage;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>Writes answers.</summary>
internal static class Responses
{
    public static Task WriteAsync(HttpContext context, int code, JsonNode body) => WriteAsync(context, code, Json.Write(body));

    public static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    public static async Task WriteTextAsync(HttpContext context, int code, string text)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, ApiFailure failure)
    {
        if (failure.RetryAfter > 0)
            context.Response.Headers.RetryAfter = failure.RetryAfter.ToString();
        return WriteAsync(context, failure.Code, failure.ToStatus());
    }

    /// <summary>A warning a person should see (RFC 7234, section 5.5, as k8s.io/apimachinery/pkg/util/net/http.go writes it).</summary>
    public static void Warn(HttpContext context, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            context.Response.Headers.Append("Warning", $"299 - \"{quoted}\"");
        }
    }

    /// <summary>Whether the client would rather have a table than the objects.</summary>
    public static bool WantsTable(HttpContext context)
    {
        var parts = context.Request.Headers.Accept.ToString().Split(',')[0].Split(';', StringSplitOptions.TrimEntries);
        return parts.Contains("as=Table") && parts.Contains("v=v1") && parts.Contains("g=meta.k8s.io");
    }

    /// <summary>The items of a built-in list do not repeat apiVersion and kind; those of custom resources do.</summary>
    public static byte[] List(ResourceType type, IEnumerable<StoredObject> objects, long version, string? next, int? remaining)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("kind", type.ListKind);
        writer.WriteString("apiVersion", type.ApiVersion);
        writer.WriteStartObject("metadata");
        writer.WriteString("resourceVersion", version.ToString());
        if (next is not null)
        {
            writer.WriteString("continue", next);
            if (remaining is { } count)
                writer.WriteNumber("remainingItemCount", count);
        }
        writer.WriteEndObject();
        writer.WriteStartArray("items");
        foreach (var item in objects)
            writer.WriteRawValue(type.IsCustom ? item.Utf8 : Bare(item), skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Bare(StoredObject item)
    {
        var bare = (JsonObject)item.Json.DeepClone();
        bare.Remove("apiVersion");
        bare.Remove("kind");
        return Json.Write(bare);
    }
}
