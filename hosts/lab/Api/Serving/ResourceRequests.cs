using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Access;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Ownership;
using Handcarry.Lab.Api.Patching;
using Handcarry.Lab.Api.Resources;
using Handcarry.Lab.Api.Selection;
using Handcarry.Lab.Api.Storage;
using Handcarry.Lab.Api.Tables;
using Microsoft.AspNetCore.Http;

namespace Handcarry.Lab.Api.Serving;

/// <summary>The verbs on resources (k8s.io/apiserver/pkg/endpoints/handlers).</summary>
internal sealed class ResourceRequests(
    ResourceRegistry registry, VersionedStore store, ObjectWriter writer, ContinueTokens tokens, WatchStream watches, RoleAuthorizer authorizer,
    AccessReviews reviews, TimeProvider time)
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergePatchType = "application/merge-patch+json";
    private const string StrategicPatchType = "application/strategic-merge-patch+json";
    private const string ApplyPatchType = "application/apply-patch+yaml";

    public Task ServeAsync(HttpContext context, RequestPath path, Caller caller)
    {
        var options = new RequestOptions(context.Request.Query);
        var wanted = AccessOf(context, path, options);
        authorizer.Require(caller, wanted);
        void MayCreate() => authorizer.Require(caller, wanted with { Verb = "create" });
        var type = registry.Find(path.Group, path.Version, path.Plural) ?? throw ApiFailure.NoSuchResource();
        if (path.Namespace.Length > 0 && !type.Namespaced)
            throw ApiFailure.NoSuchResource();
        var forwards = path is { Subresource: "portforward", Plural: "pods", Group.Length: 0 };
        if (path.Subresource.Length > 0 && !forwards && !(path.Subresource == "status" && type.HasStatus))
            throw ApiFailure.NoSuchResource();
        // A namespaced object has no address without its namespace.
        if (path.Name.Length > 0 && type.Namespaced && path.Namespace.Length == 0)
            throw ApiFailure.NoSuchResource();
        var method = context.Request.Method;
        if (type.ReadOnly && method != "GET")
            throw ApiFailure.MethodNotAllowed();
        var key = new ObjectKey(path.Namespace, path.Name);
        var status = path.Subresource == "status";
        return (method, path.Name.Length > 0) switch
        {
            // POST is the same with SPDY, which is not spoken here.
            ("GET" or "POST", true) when forwards => PortForwards.ServeAsync(context, (store.Find(type, key) ?? throw ApiFailure.NotFound(type.Resource, key.Name)).Json),
            _ when forwards => throw ApiFailure.MethodNotAllowed(),
            ("POST", false) when type.IsReview => ReviewAsync(context, type, caller, options),
            _ when type.IsReview => throw ApiFailure.MethodNotAllowed(),
            ("GET", true) => GetAsync(context, type, key, options),
            ("GET", false) when options.Watch => watches.ServeAsync(context, type, path.Namespace, options),
            ("GET", false) => ListAsync(context, type, path.Namespace, options),
            ("POST", false) when !type.Namespaced || path.Namespace.Length > 0 => CreateAsync(context, type, path.Namespace, options),
            ("PUT", true) => UpdateAsync(context, type, key, status, options, MayCreate),
            ("PATCH", true) => PatchAsync(context, type, key, status, options, MayCreate),
            ("DELETE", true) when !status => DeleteAsync(context, type, key, options),
            _ => throw ApiFailure.MethodNotAllowed(),
        };
    }

    // A list or watch of one name counts as a request for that name (apiserver/pkg/endpoints/request/requestinfo.go).
    private static AccessRequest AccessOf(HttpContext context, RequestPath path, RequestOptions options)
    {
        var named = path.Name.Length > 0;
        var verb = context.Request.Method switch
        {
            "GET" or "HEAD" => named ? "get" : options.Watch ? "watch" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => named ? "delete" : "deletecollection",
            _ => "",
        };
        var name = named || context.Request.Method == "POST" ? path.Name : FieldSelector.NameIn(options.FieldSelector) ?? "";
        // A namespace is within itself.
        var space = path.Plural == "namespaces" && path.Group.Length == 0 ? path.Name : path.Namespace;
        return new AccessRequest(verb, path.Group, path.Plural, path.Subresource, space, name);
    }

    private async Task ReviewAsync(HttpContext context, ResourceType type, Caller caller, RequestOptions options)
    {
        var strict = new List<string>();
        var body = await RequestBody.ReadObjectAsync(context, strict);
        await Responses.WriteAsync(context, 201, reviews.Answer(type, Decode(body, type, strict, context, options), caller));
    }

    private Task GetAsync(HttpContext context, ResourceType type, ObjectKey key, RequestOptions options)
    {
        if (options.ResourceVersion is { } asked && asked > store.Version)
            throw ApiFailure.TooLargeResourceVersion(asked, store.Version);
        var found = store.Find(type, key) ?? throw ApiFailure.NotFound(type.Resource, key.Name);
        return Responses.WantsTable(context)
            ? Responses.WriteAsync(context, 200, TableForm.Of(type, [found.Json], found.Version.ToString(), time.GetUtcNow()))
            : Responses.WriteAsync(context, 200, found.Utf8);
    }

    private Task ListAsync(HttpContext context, ResourceType type, string space, RequestOptions options)
    {
        options.CheckList(watchLists: false);
        if (options.ResourceVersion is { } asked && asked > store.Version)
            throw ApiFailure.TooLargeResourceVersion(asked, store.Version);
        if (options.ResourceVersionMatch == "Exact" && options.ResourceVersion is { } exact && exact != store.Version)
            throw ApiFailure.Expired($"The resourceVersion for the provided list is too old: {exact}");
        var labels = LabelSelector.Parse(options.LabelSelector);
        var fields = FieldSelector.Parse(options.FieldSelector, type);
        var snapshot = options.Continue is { } token ? tokens.Resume(type, space, token) : store.List(type, space);
        var selected = snapshot.Objects.Where(item => labels.Matches(item.Json) && fields.Matches(item.Json)).ToArray();
        var chunk = options.Limit == 0 || selected.Length <= options.Limit ? selected : selected[..options.Limit];
        var next = chunk.Length < selected.Length ? tokens.Keep(type, space, snapshot, chunk[^1]) : null;
        // How many remain is not known when only some are wanted (apiserver/pkg/storage/etcd3/store.go).
        int? remaining = options.LabelSelector is null && options.FieldSelector is null ? selected.Length - chunk.Length : null;
        return Responses.WantsTable(context)
            ? Responses.WriteAsync(context, 200, TableForm.Of(type, chunk.Select(item => item.Json), snapshot.Version.ToString(), time.GetUtcNow(), next))
            : Responses.WriteAsync(context, 200, Responses.List(type, chunk, snapshot.Version, next, remaining));
    }

    private async Task CreateAsync(HttpContext context, ResourceType type, string space, RequestOptions options)
    {
        var strict = new List<string>();
        var body = await RequestBody.ReadObjectAsync(context, strict);
        CheckNamespace(body, space);
        var decoded = Decode(body, type, strict, context, options);
        var created = writer.Create(type, space, decoded, WriterOf(context, type, options), options.DryRun);
        await Responses.WriteAsync(context, 201, created.Utf8);
    }

    private async Task UpdateAsync(HttpContext context, ResourceType type, ObjectKey key, bool status, RequestOptions options, Action mayCreate)
    {
        var strict = new List<string>();
        var body = await RequestBody.ReadObjectAsync(context, strict);
        CheckName(body, key);
        CheckNamespace(body, key.Namespace);
        var decoded = Decode(body, type, strict, context, options);
        if (type.Namespaced)
            decoded.Object("metadata")["namespace"] = key.Namespace;
        JsonObject Wanted(JsonObject? present)
        {
            Permitted(present, mayCreate);
            return decoded;
        }
        var (stored, created) = writer.Update(
            type, key, type.Rules.AllowsCreateOnUpdate, Wanted,
            WriterOf(context, type, options, status), options.DryRun);
        await Responses.WriteAsync(context, created ? 201 : 200, stored.Utf8);
    }

    private async Task PatchAsync(HttpContext context, ResourceType type, ObjectKey key, bool status, RequestOptions options, Action mayCreate)
    {
        var media = RequestBody.MediaType(context);
        string[] accepted = type.IsCustom
            ? [JsonPatchType, MergePatchType, ApplyPatchType]
            : [JsonPatchType, MergePatchType, StrategicPatchType, ApplyPatchType];
        if (!accepted.Contains(media))
            throw ApiFailure.UnsupportedMediaType(accepted);
        options.CheckPatch(media == ApplyPatchType);
        var strict = new List<string>();
        var by = WriterOf(context, type, options, status);
        if (media == ApplyPatchType)
        {
            await ApplyAsync(context, type, key, by with { Applies = true }, strict, options, mayCreate);
            return;
        }
        var patch = RequestBody.Parse(await RequestBody.ReadAsync(context), strict);
        var (stored, _) = writer.Update(
            type, key, mayCreate: false, present => Patched(Apply(present!, patch, media, type), type, key, strict, options), by, options.DryRun);
        if (options.FieldValidation == "Warn")
            Responses.Warn(context, strict);
        await Responses.WriteAsync(context, 200, stored.Utf8);
    }

    private async Task ApplyAsync(
        HttpContext context, ResourceType type, ObjectKey key, FieldWriter by, List<string> strict, RequestOptions options, Action mayCreate)
    {
        var applied = RequestBody.ParseYaml(await RequestBody.ReadAsync(context));
        ObjectDecoder.CheckKind(applied, type);
        CheckName(applied, key);
        CheckNamespace(applied, key.Namespace);
        if (applied["metadata"]?["managedFields"] is not null)
            throw ApiFailure.BadRequest("metadata.managedFields must be nil");
        var (stored, created) = writer.Update(
            type, key, mayCreate: true,
            present => Patched(writer.Applied(type, applied, Permitted(present, mayCreate), by, options.Force), type, key, strict, options), by, options.DryRun);
        await Responses.WriteAsync(context, created ? 201 : 200, stored.Utf8);
    }

    // What creates by another verb must be allowed to create.
    private static JsonObject? Permitted(JsonObject? present, Action mayCreate)
    {
        if (present is null)
            mayCreate();
        return present;
    }

    // Without a name in the request it is the program's, as its User-Agent begins (handlers/create.go, managerOrUserAgent).
    private static FieldWriter WriterOf(HttpContext context, ResourceType type, RequestOptions options, bool status = false)
    {
        var program = context.Request.Headers.UserAgent.ToString().Split('/')[0];
        return new FieldWriter(options.FieldManager ?? program, Applies: false, status ? "status" : "", type.ApiVersion);
    }

    private static JsonObject Patched(JsonObject patched, ResourceType type, ObjectKey key, List<string> strict, RequestOptions options)
    {
        if (patched.Text("apiVersion") != type.ApiVersion || patched.Text("kind") != type.Kind)
            throw ApiFailure.BadRequest($"a patch cannot change apiVersion and kind, which are {type.ApiVersion} {type.Kind}");
        JsonObject decoded;
        try
        {
            decoded = ObjectDecoder.Decode(patched, type, strict);
        }
        catch (FormatException failure)
        {
            throw InvalidPatch(patched, failure.Message);
        }
        if (options.FieldValidation == "Strict" && strict.Count > 0)
            throw InvalidPatch(patched, "strict decoding error: " + string.Join(", ", strict));
        CheckName(decoded, key);
        CheckNamespace(decoded, key.Namespace);
        return decoded;
    }

    private static JsonObject Apply(JsonObject present, JsonNode? patch, string media, ResourceType type)
    {
        try
        {
            var patched = media switch
            {
                JsonPatchType => JsonPatch.Apply(present, (patch as JsonArray)?.Count > JsonPatch.MaxOperations
                    ? throw ApiFailure.TooLarge($"The allowed maximum operations in a JSON patch is {JsonPatch.MaxOperations}, got {((JsonArray)patch!).Count}")
                    : patch),
                MergePatchType => MergePatch.Apply(present, patch as JsonObject ?? throw new FormatException("Invalid JSON Patch")),
                _ => new StrategicMergePatch(type.Rules.MergeKeys).Apply(present, patch as JsonObject ?? throw new FormatException("Invalid JSON Patch")),
            };
            return patched as JsonObject ?? throw new PatchException("the patched document is no object");
        }
        catch (FormatException failure)
        {
            throw ApiFailure.BadRequest(failure.Message);
        }
        catch (PatchException)
        {
            throw ApiFailure.PatchDoesNotApply();
        }
    }

    private async Task DeleteAsync(HttpContext context, ResourceType type, ObjectKey key, RequestOptions options)
    {
        var body = await RequestBody.ReadAsync(context);
        var said = body.Length == 0 ? null : RequestBody.Parse(body);
        var dryRun = options.DryRun || said?["dryRun"] is JsonArray { Count: > 0 };
        var (last, gone) = writer.Delete(
            type, key, said.Text("preconditions", "uid"), said.Text("preconditions", "resourceVersion"), dryRun);
        if (!gone || type.Plural == "namespaces")
        {
            await Responses.WriteAsync(context, 200, last.Utf8);
            return;
        }
        var details = new JsonObject { ["name"] = key.Name, ["kind"] = type.Plural, ["uid"] = last.Json.Text("metadata", "uid") };
        if (type.Group.Length > 0)
            details["group"] = type.Group;
        await Responses.WriteAsync(context, 200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });
    }

    private static JsonObject Decode(JsonObject body, ResourceType type, List<string> strict, HttpContext context, RequestOptions options)
    {
        ObjectDecoder.CheckKind(body, type);
        JsonObject decoded;
        try
        {
            decoded = ObjectDecoder.Decode(body, type, strict);
        }
        catch (FormatException failure)
        {
            throw ApiFailure.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {failure.Message}");
        }
        if (options.FieldValidation == "Strict" && strict.Count > 0)
        {
            throw ApiFailure.BadRequest($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: "
                + "strict decoding error: " + string.Join(", ", strict));
        }
        if (options.FieldValidation == "Warn")
            Responses.Warn(context, strict);
        return decoded;
    }

    private static void CheckName(JsonObject body, ObjectKey key)
    {
        if (body.Text("metadata", "name") is not { Length: > 0 } name)
            throw ApiFailure.BadRequest($"the name of the object ({key.Name} based on URL) was undeterminable: name must be provided");
        if (name != key.Name)
            throw ApiFailure.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
    }

    private static void CheckNamespace(JsonObject body, string space)
    {
        if (body.Text("metadata", "namespace") is { Length: > 0 } own && own != space)
            throw ApiFailure.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
    }

    // k8s.io/apiserver/pkg/endpoints/handlers/patch.go: the kind and the name are left empty.
    private static ApiFailure InvalidPatch(JsonObject patched, string why) =>
        ApiFailure.Invalid(new ResourceName("", ""), "", [FieldError.Invalid("patch", patched.ToJsonString(), why)]);
}
