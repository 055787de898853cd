using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Registry;

/// <summary>Answers for <c>/v2/&lt;name&gt;/tags/list</c> (end-8a, end-8b) and <c>/v2/&lt;name&gt;/referrers/&lt;digest&gt;</c> (end-12a, end-12b).</summary>
internal sealed class ListAnswers(ServedCatalogue catalogue, ManifestAnswers manifests)
{
    public Task AnswerTagsAsync(HttpContext context, string name)
    {
        if (catalogue.Current.FindTags(name) is not { } known)
        {
            return OciError.WriteAsync(
                context, StatusCodes.Status404NotFound, OciError.NameUnknown, $"No bundle on this node has a repository {name}.");
        }

        var query = context.Request.Query;
        var last = query["last"].ToString();
        var left = known.Keys.Where(tag => string.CompareOrdinal(tag, last) > 0).ToList();
        // What is no number does not limit anything.
        if (!int.TryParse(query["n"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most >= left.Count)
            return WriteAsync(context, "application/json", new TagList(name, left), RegistryJson.Default.TagList);
        var page = left[..most];
        if (most > 0)
            context.Response.Headers.Link = $"</v2/{name}/tags/list?n={most}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"";
        return WriteAsync(context, "application/json", new TagList(name, page), RegistryJson.Default.TagList);
    }

    public async Task AnswerReferrersAsync(HttpContext context, string text)
    {
        if (!Digest.TryParse(text, out var subject))
        {
            await OciError.WriteDigestInvalidAsync(context);
            return;
        }

        var wanted = context.Request.Query["artifactType"].ToString();
        if (wanted.Length > 0)
            context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        var found = new List<Referrer>();
        foreach (var digest in catalogue.Current.AttachmentsOf(subject).Order())
        {
            if (await manifests.TryReadAsync(digest, context.RequestAborted) is { } manifest
                && Referrer.TryRead(manifest.MediaType, digest, manifest.Bytes, subject) is { } referrer
                && (wanted.Length == 0 || referrer.ArtifactType == wanted))
                found.Add(referrer);
        }

        await WriteAsync(context, MediaTypes.OciIndex, new ReferrerList(2, MediaTypes.OciIndex, found), RegistryJson.Default.ReferrerList);
    }

    private static async Task WriteAsync<T>(HttpContext context, string mediaType, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    internal sealed record TagList(string Name, IReadOnlyList<string> Tags);

    internal sealed record ReferrerList(int SchemaVersion, string MediaType, IReadOnlyList<Referrer> Manifests);
}
