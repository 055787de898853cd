using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>core/v1 Secret (k8s.io/kubernetes/pkg/registry/core/secret/strategy.go and pkg/apis/core/validation, ValidateSecret), for the type Opaque.</summary>
internal sealed class SecretRules : KindRules
{
    private const int MaxBytes = 1 << 20;

    public override void PrepareForCreate(JsonObject created) => Complete(created);

    public override void PrepareForUpdate(JsonObject updated, JsonObject old) => Complete(updated);

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        var bytes = 0;
        foreach (var (key, value) in validated["data"] as JsonObject ?? [])
        {
            ConfigMapRules.CheckKey($"data[{key}]", key, errors);
            bytes += Convert.FromBase64String(value.Text() ?? "").Length;
        }

        if (bytes > MaxBytes)
            errors.Add(FieldError.TooLong("data", MaxBytes, "must have at most {0} bytes"));
        if (old is not null && validated.Text("type") != old.Text("type"))
            errors.Add(FieldError.Invalid("type", validated.Text("type") ?? "", "field is immutable"));
        return errors;
    }

    // stringData is for writing alone: it goes over data and is never stored.
    private static void Complete(JsonObject secret)
    {
        if (secret.Text("type") is not { Length: > 0 })
            secret["type"] = "Opaque";
        if (secret["stringData"] is not JsonObject texts)
            return;
        secret.Remove("stringData");
        var data = secret["data"] as JsonObject;
        if (data is null)
            secret["data"] = data = [];
        foreach (var (key, value) in texts)
            data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value.Text() ?? ""));
    }
}
