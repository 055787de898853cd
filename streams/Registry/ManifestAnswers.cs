using System.Text.Json;
using Handcarry.Streams.Content;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Streams.Registry;

/// <summary>Sends manifests, and the lists that tell which there are. What is not complete and verified in the store is not there.</summary>
internal sealed class ManifestAnswers(BlobStore store, RegistryIndex index)
{
    private const string FiltersApplied = "OCI-Filters-Applied";

    /// <summary>Answers a GET or HEAD of a manifest, by digest or tag (end-3).</summary>
    public async Task AnswerAsync(HttpContext context, string name, string reference)
    {
        var manifest = index.Find(name, reference);
        if (manifest is null || !store.Contains(manifest.Digest))
            throw Unknown(name, reference);
        var bytes = await ReadAsync(manifest.Digest, context.RequestAborted);
        var response = context.Response;
        var tag = $"\"{manifest.Digest}\"";
        response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = manifest.MediaType;
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>Answers what tags a repository has (end-8a, end-8b): <c>n</c> of them at most, those behind <c>last</c>.</summary>
    public Task AnswerTagsAsync(HttpContext context, string name)
    {
        if (!index.Has(name))
            throw UnknownName(name);
        var query = context.Request.Query;
        var tags = index.TagsOf(name);
        if (query["last"].ToString() is { Length: > 0 } last)
            tags = [.. tags.Where(tag => string.CompareOrdinal(tag, last) > 0)];
        if (query.TryGetValue("n", out var most))
        {
            if (!int.TryParse(most, out var count) || count < 0)
                throw new RegistryException(StatusCodes.Status400BadRequest, OciError.Unsupported, "n must be a number of tags, 0 or more.");
            if (count > 0 && count < tags.Count)
                context.Response.Headers.Link = $"</v2/{name}/tags/list?n={count}&last={tags[count - 1]}>; rel=\"next\"";
            tags = [.. tags.Take(count)];
        }

        return WriteAsync(context, "application/json", JsonSerializer.SerializeToUtf8Bytes(new TagList(name, tags), RegistryJson.Default.TagList));
    }

    /// <summary>Answers which manifests are about another one (end-12a, end-12b); none is an empty index, whether or not that one is here.</summary>
    public async Task AnswerReferrersAsync(HttpContext context, string name, Digest subject)
    {
        var wanted = context.Request.Query["artifactType"].ToString();
        var found = new List<Referrer>();
        foreach (var manifest in index.ReferrersTo(name, subject).Where(manifest => store.Contains(manifest.Digest)))
        {
            var bytes = await ReadAsync(manifest.Digest, context.RequestAborted);
            // A signature that a bundle attaches need not name its subject itself; then it is found by its tag.
            if (Artifact.Read(bytes) is { } artifact && artifact.Subject == subject && (wanted.Length == 0 || artifact.Type == wanted))
                found.Add(new Referrer(manifest.MediaType, manifest.Digest.ToString(), bytes.Length, artifact.Type, artifact.Annotations));
        }

        if (wanted.Length > 0)
            context.Response.Headers[FiltersApplied] = "artifactType";
        await WriteAsync(
            context, MediaTypes.OciIndex, JsonSerializer.SerializeToUtf8Bytes(new ReferrerIndex(2, MediaTypes.OciIndex, found), RegistryJson.Default.ReferrerIndex));
    }

    private async Task<byte[]> ReadAsync(Digest digest, CancellationToken ct)
    {
        try
        {
            return await store.ReadAllAsync(digest, ManifestJson.MaxBytes, ct);
        }
        catch (ContentException e)
        {
            throw new RegistryException(StatusCodes.Status404NotFound, OciError.ManifestUnknown, e.Message);
        }
    }

    private RegistryException Unknown(string name, string reference) =>
        index.Has(name)
            ? new RegistryException(StatusCodes.Status404NotFound, OciError.ManifestUnknown, $"{name} has no manifest {reference} here.")
            : UnknownName(name);

    private static RegistryException UnknownName(string name) =>
        new(StatusCodes.Status404NotFound, OciError.NameUnknown, $"There is no repository {name} here.");

    private static Task WriteAsync(HttpContext context, string mediaType, byte[] body)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    internal sealed record TagList(string Name, IReadOnlyList<string> Tags);

    internal sealed record ReferrerIndex(int SchemaVersion, string MediaType, IReadOnlyList<Referrer> Manifests);

    internal sealed record Referrer(string MediaType, string Digest, long Size, string ArtifactType, IReadOnlyDictionary<string, string>? Annotations);
}
