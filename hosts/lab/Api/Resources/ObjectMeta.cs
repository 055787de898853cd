using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;
using k8s.Models;

namespace Handcarry.Lab.Api.Resources;

/// <summary>
/// What holds for the metadata of every kind (k8s.io/apiserver/pkg/registry/rest, create.go and update.go;
/// k8s.io/apimachinery/pkg/api/validation/objectmeta.go).
/// </summary>
internal static class ObjectMeta
{
    private const int MaxAnnotationBytes = 256 << 10;

    /// <summary>The fields of metadata; the same for every kind.</summary>
    public static SchemaNode Schema { get; } = ModelSchema.Of(
        typeof(V1ObjectMeta), new Dictionary<string, string> { ["ownerReferences"] = "uid", ["finalizers"] = "" });

    /// <summary>Sets what only the server may set on a new object.</summary>
    public static void FillForCreate(JsonObject created, DateTimeOffset now)
    {
        var metadata = created.Object("metadata");
        foreach (var name in (string[])["selfLink", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"])
            metadata.Remove(name);
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Time(now);
        if (metadata.Text("name") is null or "" && metadata.Text("generateName") is { Length: > 0 } prefix)
            metadata["name"] = Names.Generate(prefix);
    }

    /// <summary>Puts back what a writer may not change without being told so.</summary>
    public static void FillForUpdate(JsonObject updated, JsonObject old)
    {
        var metadata = updated.Object("metadata");
        var before = old.Object("metadata");
        metadata.Remove("selfLink");
        metadata.Remove("managedFields");
        foreach (var name in (string[])["generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
            metadata.Put(name, before[name]);
        if ((metadata.Text("uid") ?? "").Length == 0)
            metadata.Put("uid", before["uid"]);
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public static List<FieldError> Validate(JsonObject validated, JsonObject? old, ResourceType type)
    {
        var errors = new List<FieldError>();
        var metadata = validated.Object("metadata");
        CheckName(metadata, type, errors);
        CheckNamespace(metadata, type, errors);
        CheckLabels(metadata["labels"] as JsonObject ?? [], errors);
        CheckAnnotations(metadata["annotations"] as JsonObject ?? [], errors);
        CheckFinalizers(metadata["finalizers"] as JsonArray ?? [], errors);
        CheckOwners(metadata["ownerReferences"] as JsonArray ?? [], errors);
        if (old is not null)
            CheckImmutable(metadata, old.Object("metadata"), errors);
        return errors;
    }

    private static void CheckName(JsonObject metadata, ResourceType type, List<FieldError> errors)
    {
        Func<string, string?> check = type.Rules.NameIsLabel ? Names.Label : Names.Subdomain;
        var name = metadata.Text("name") ?? "";
        if (metadata.Text("generateName") is { Length: > 0 } prefix && check(prefix.TrimEnd('-') is { Length: > 0 } trimmed ? trimmed : "a") is { } bad)
            errors.Add(FieldError.Invalid("metadata.generateName", prefix, bad));
        if (name.Length == 0)
            errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
        else if (check(name) is { } why)
            errors.Add(FieldError.Invalid("metadata.name", name, why));
    }

    private static void CheckNamespace(JsonObject metadata, ResourceType type, List<FieldError> errors)
    {
        var space = metadata.Text("namespace") ?? "";
        if (!type.Namespaced && space.Length > 0)
            errors.Add(FieldError.Forbidden("metadata.namespace", "not allowed on this type"));
        else if (type.Namespaced && space.Length == 0)
            errors.Add(FieldError.Required("metadata.namespace"));
        else if (type.Namespaced && Names.Label(space) is { } why)
            errors.Add(FieldError.Invalid("metadata.namespace", space, why));
    }

    private static void CheckLabels(JsonObject labels, List<FieldError> errors)
    {
        foreach (var (key, value) in labels)
        {
            if (Names.QualifiedName(key) is { } badKey)
                errors.Add(FieldError.Invalid("metadata.labels", key, badKey));
            if (Names.LabelValue(value.Text() ?? "") is { } badValue)
                errors.Add(FieldError.Invalid("metadata.labels", value, badValue));
        }
    }

    private static void CheckAnnotations(JsonObject annotations, List<FieldError> errors)
    {
        var bytes = 0;
        foreach (var (key, value) in annotations)
        {
            // Keys of annotations are checked without regard to case.
            if (Names.QualifiedName(key.ToLowerInvariant()) is { } bad)
                errors.Add(FieldError.Invalid("metadata.annotations", key, bad));
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }
        if (bytes > MaxAnnotationBytes)
            errors.Add(FieldError.TooLong("metadata.annotations", MaxAnnotationBytes, "must have at most {0} bytes"));
    }

    private static void CheckFinalizers(JsonArray finalizers, List<FieldError> errors)
    {
        foreach (var finalizer in finalizers.Select(item => item.Text() ?? ""))
        {
            if (Names.QualifiedName(finalizer) is { } why)
                errors.Add(FieldError.Invalid("metadata.finalizers", finalizer, why));
        }
    }

    private static void CheckOwners(JsonArray owners, List<FieldError> errors)
    {
        foreach (var owner in owners)
        {
            foreach (var name in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if ((owner.Text(name) ?? "").Length == 0)
                    errors.Add(FieldError.Invalid($"metadata.ownerReferences.{name}", "", $"{(name == "apiVersion" ? "version" : name)} must not be empty"));
            }
        }
    }

    private static void CheckImmutable(JsonObject metadata, JsonObject old, List<FieldError> errors)
    {
        foreach (var name in (string[])["name", "namespace", "uid", "creationTimestamp"])
        {
            if (!JsonNode.DeepEquals(metadata[name], old[name]))
                errors.Add(FieldError.Invalid($"metadata.{name}", metadata[name], "field is immutable"));
        }
    }
}
