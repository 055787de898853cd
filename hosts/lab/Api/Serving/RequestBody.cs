using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>Reads bodies, within the real server's limit.</summary>
internal static class RequestBody
{
    // k8s.io/apiserver/pkg/server/config.go, MaxRequestBodyBytes
    private const int MaxBytes = 3 << 20;

    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        var block = new byte[16 << 10];
        int read;
        while ((read = await context.Request.Body.ReadAsync(block, context.RequestAborted)) > 0)
        {
            if (buffer.Length + read > MaxBytes)
                throw ApiFailure.TooLarge($"Request entity too large: limit is {MaxBytes}");
            buffer.Write(block, 0, read);
        }
        return buffer.ToArray();
    }

    /// <summary>The object of a create or update. <paramref name="duplicates"/> receives what strict decoding objects to.</summary>
    public static async Task<JsonObject> ReadObjectAsync(HttpContext context, List<string> duplicates)
    {
        if (MediaType(context) is not ("application/json" or ""))
            throw ApiFailure.UnsupportedMediaType(["application/json"]);
        return Parse(await ReadAsync(context), duplicates) as JsonObject
            ?? throw ApiFailure.BadRequest("the object provided is unrecognized (must be a JSON object)");
    }

    public static JsonNode? Parse(byte[] body, List<string>? duplicates = null)
    {
        try
        {
            return Json.Parse(body, duplicates);
        }
        catch (JsonException failure)
        {
            throw ApiFailure.BadRequest($"the body of the request is not JSON: {failure.Message}");
        }
    }

    /// <summary>The configuration of an apply: YAML, of which JSON is a part.</summary>
    public static JsonObject ParseYaml(byte[] body)
    {
        try
        {
            return YamlJson.ReadAll(Encoding.UTF8.GetString(body)) is [JsonObject only] ? only : throw new FormatException("one object is wanted");
        }
        catch (Exception failure) when (failure is FormatException or YamlDotNet.Core.YamlException)
        {
            throw ApiFailure.BadRequest($"error decoding YAML: {failure.Message}");
        }
    }

    public static string MediaType(HttpContext context) =>
        (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
}
