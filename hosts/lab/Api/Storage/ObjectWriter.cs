using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Ownership;
using Handcarry.Lab.Api.Resources;

namespace Handcarry.Lab.Api.Storage;

/// <summary>
/// The write path that all kinds share (k8s.io/apiserver/pkg/registry/generic/registry/store.go): preparation, preconditions, validation, then the store.
/// </summary>
internal sealed class ObjectWriter(VersionedStore store, ResourceRegistry registry, TimeProvider time)
{
    private static readonly HashSet<string> EternalNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    private readonly Dictionary<ResourceType, FieldOwnership> _ownership =
        registry.All.ToDictionary(static type => type, static type => new FieldOwnership(type));

    /// <param name="created">Decoded; becomes the store's.</param>
    public StoredObject Create(ResourceType type, string space, JsonObject created, FieldWriter writer, bool dryRun = false)
    {
        var metadata = created.Object("metadata");
        if (metadata.Text("resourceVersion") is { Length: > 0 })
            throw ApiFailure.Storage("resourceVersion should not be set on objects to be created");
        if (type.Namespaced)
            metadata["namespace"] = space;
        RequireNamespace(type, space);
        ObjectMeta.FillForCreate(created, time.GetUtcNow());
        type.Rules.PrepareForCreate(created);
        Validate(type, created, null);
        _ownership[type].RecordUpdate(created, null, writer, ObjectMeta.Time(time.GetUtcNow()));
        var name = metadata.Text("name")!;
        return Write(type, new ObjectKey(space, name), dryRun, existing => existing is null
            ? created
            : throw ApiFailure.AlreadyExists(type.Resource, name));
    }

    /// <summary>Runs <paramref name="change"/> on the object that is there (a copy), and stores what comes out, if anything differs.</summary>
    /// <param name="change">Given the present object, or null where there is none, gives the wanted one, decoded.</param>
    public (StoredObject Stored, bool Created) Update(
        ResourceType type, ObjectKey key, bool mayCreate, Func<JsonObject?, JsonObject> change, FieldWriter writer, bool dryRun = false)
    {
        var status = writer.Subresource == "status";
        var created = false;
        var stored = Write(type, key, dryRun, existing =>
        {
            if (existing is null && (!mayCreate || status))
                throw ApiFailure.NotFound(type.Resource, key.Name);
            var wanted = change((JsonObject?)existing?.Json.DeepClone());
            if (existing is not null)
                return Replace(type, key, wanted, existing, writer);
            created = true;
            return CreateByUpdate(type, key, wanted, writer);
        });
        return (stored, created);
    }

    /// <summary>What the object would be after an apply, to be decoded: the change for <see cref="Update"/>.</summary>
    public JsonObject Applied(ResourceType type, JsonObject applied, JsonObject? present, FieldWriter writer, bool force) =>
        _ownership[type].Apply(applied, present, writer, force, ObjectMeta.Time(time.GetUtcNow()));

    /// <summary>
    /// Deletes, or marks for deletion while finalizers stand.
    /// </summary>
    /// <returns>The object as it last was, and whether it is gone.</returns>
    public (StoredObject Last, bool Gone) Delete(ResourceType type, ObjectKey key, string? uid, string? version, bool dryRun)
    {
        if (type.Plural == "namespaces" && EternalNamespaces.Contains(key.Name))
            throw ApiFailure.Forbidden(type.Resource, key.Name, "this namespace may not be deleted");
        var gone = false;
        var last = Write(type, key, dryRun, existing =>
        {
            if (existing is null)
                throw ApiFailure.NotFound(type.Resource, key.Name);
            CheckPreconditions(type, key, existing, uid, version);
            gone = existing.Json["metadata"]?["finalizers"] is not JsonArray { Count: > 0 };
            if (gone)
                return null;
            if (existing.Json.Text("metadata", "deletionTimestamp") is not null)
                return existing.Json;
            var marked = (JsonObject)existing.Json.DeepClone();
            var metadata = marked.Object("metadata");
            metadata["deletionTimestamp"] = ObjectMeta.Time(time.GetUtcNow());
            metadata["deletionGracePeriodSeconds"] = 0L;
            if (metadata.Number("generation") is { } generation)
                metadata["generation"] = generation + 1;
            return marked;
        });
        if (gone && !dryRun)
        {
            if (type.Plural == "namespaces")
                Empty(key.Name);
            CollectOwned(last.Json.Text("metadata", "uid") ?? "");
        }
        return (last, gone);
    }

    private JsonObject? Replace(ResourceType type, ObjectKey key, JsonObject wanted, StoredObject existing, FieldWriter writer)
    {
        var owned = wanted["metadata"]?["managedFields"];
        var metadata = wanted.Object("metadata");
        var said = metadata.Text("resourceVersion") ?? "";
        if (said.Length == 0 && !type.Rules.AllowsUnconditionalUpdate)
        {
            throw ApiFailure.Invalid(type.Resource, key.Name,
                [new FieldError("FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update")]);
        }
        if (metadata.Text("uid") is { Length: > 0 } uid)
            CheckPreconditions(type, key, existing, uid, null);
        if (said.Length > 0 && said != existing.Version.ToString())
            throw ApiFailure.Conflict(type.Resource, key.Name);
        metadata["resourceVersion"] = existing.Version.ToString();
        ObjectMeta.FillForUpdate(wanted, existing.Json);
        if (writer.Subresource == "status")
            type.Rules.PrepareForStatusUpdate(wanted, existing.Json);
        else
            type.Rules.PrepareForUpdate(wanted, existing.Json);
        // Status writes of custom resources take the old metadata over, version and all.
        wanted.Object("metadata")["resourceVersion"] = existing.Version.ToString();
        Validate(type, wanted, existing.Json);
        if (writer.Applies)
            wanted.Object("metadata").Put("managedFields", owned);
        else
            _ownership[type].RecordUpdate(wanted, existing.Json, writer, ObjectMeta.Time(time.GetUtcNow()));
        if (wanted["metadata"].Text("deletionTimestamp") is not null && wanted["metadata"]?["finalizers"] is not JsonArray { Count: > 0 })
            return null;
        return JsonNode.DeepEquals(wanted, existing.Json) ? existing.Json : wanted;
    }

    private JsonObject CreateByUpdate(ResourceType type, ObjectKey key, JsonObject wanted, FieldWriter writer)
    {
        var owned = wanted["metadata"]?["managedFields"];
        var metadata = wanted.Object("metadata");
        if (metadata.Text("uid") is { Length: > 0 } uid)
            throw ApiFailure.Conflict(type.Resource, key.Name, UidMismatch(type, key, uid, ""));
        metadata.Remove("resourceVersion");
        RequireNamespace(type, key.Namespace);
        ObjectMeta.FillForCreate(wanted, time.GetUtcNow());
        type.Rules.PrepareForCreate(wanted);
        Validate(type, wanted, null);
        if (writer.Applies)
            wanted.Object("metadata").Put("managedFields", owned);
        else
            _ownership[type].RecordUpdate(wanted, null, writer, ObjectMeta.Time(time.GetUtcNow()));
        return wanted;
    }

    private StoredObject Write(ResourceType type, ObjectKey key, bool dryRun, Func<StoredObject?, JsonObject?> change)
    {
        if (!dryRun)
            return store.Write(type, key, change);
        var existing = store.Find(type, key);
        var made = change(existing);
        return made is null || ReferenceEquals(made, existing?.Json) ? existing! : new StoredObject(made, existing?.Version ?? 0);
    }

    private static void CheckPreconditions(ResourceType type, ObjectKey key, StoredObject existing, string? uid, string? version)
    {
        var own = existing.Json.Text("metadata", "uid") ?? "";
        if (uid is not null && uid != own)
            throw ApiFailure.Conflict(type.Resource, key.Name, UidMismatch(type, key, uid, own));
        if (version is not null && version != existing.Version.ToString())
        {
            throw ApiFailure.Conflict(type.Resource, key.Name, StorageError(type, key,
                $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {existing.Version}"));
        }
    }

    private static string UidMismatch(ResourceType type, ObjectKey key, string wanted, string own) =>
        StorageError(type, key, $"Precondition failed: UID in precondition: {wanted}, UID in object meta: {own}");

    // k8s.io/apiserver/pkg/storage/errors.go, StorageError.Error
    private static string StorageError(ResourceType type, ObjectKey key, string why)
    {
        var group = type.IsCustom ? $"{type.Group}/" : "";
        var space = key.Namespace.Length == 0 ? "" : $"{key.Namespace}/";
        return $"StorageError: invalid object, Code: 4, Key: /registry/{group}{type.Plural}/{space}{key.Name}, ResourceVersion: 0, "
            + $"AdditionalErrorMsg: {why}";
    }

    private static void Validate(ResourceType type, JsonObject validated, JsonObject? old)
    {
        var errors = ObjectMeta.Validate(validated, old, type);
        errors.AddRange(type.Rules.Validate(validated, old, type.Schema));
        if (errors.Count > 0)
            throw ApiFailure.Invalid(type.QualifiedKind, validated.Text("metadata", "name") ?? "", errors);
    }

    // The NamespaceLifecycle admission plug-in.
    private void RequireNamespace(ResourceType type, string space)
    {
        var spaces = registry.Find("", "v1", "namespaces")!;
        if (type.Namespaced && space.Length > 0 && store.Find(spaces, new ObjectKey("", space)) is null)
            throw ApiFailure.NotFound(spaces.Resource, space);
    }

    // The garbage collector, at once: what has no owner left goes (k8s.io/kubernetes/pkg/controller/garbagecollector, background propagation).
    private void CollectOwned(string uid)
    {
        foreach (var type in registry.All.Where(static type => !type.ReadOnly))
        {
            foreach (var owned in store.List(type, "").Objects)
            {
                if (owned.Json["metadata"]?["ownerReferences"] is JsonArray owners
                    && owners.Any(owner => owner.Text("uid") == uid) && !owners.Any(owner => owner.Text("uid") is { } other && other != uid && Lives(other)))
                    Delete(type, new ObjectKey(owned.Namespace, owned.Name), owned.Json.Text("metadata", "uid"), null, dryRun: false);
            }
        }
    }

    private bool Lives(string uid) =>
        registry.All.Any(type => store.List(type, "").Objects.Any(item => item.Json.Text("metadata", "uid") == uid));

    private void Empty(string space)
    {
        foreach (var type in registry.All.Where(type => type.Namespaced))
        {
            foreach (var inside in store.List(type, space).Objects)
                store.Write(type, new ObjectKey(space, inside.Name), static _ => null);
        }
    }
}
