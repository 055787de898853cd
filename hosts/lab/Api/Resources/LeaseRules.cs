using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Errors;
using Handcarry.Lab.Api.Schemas;

namespace Handcarry.Lab.Api.Resources;

/// <summary>
/// coordination.k8s.io/v1 Lease (k8s.io/kubernetes/pkg/registry/coordination/lease/strategy.go and pkg/apis/coordination/validation): a PUT
/// needs a resourceVersion, and creates what is missing.
/// </summary>
internal sealed class LeaseRules : KindRules
{
    public override bool AllowsUnconditionalUpdate => false;

    public override bool AllowsCreateOnUpdate => true;

    public override IReadOnlyList<FieldError> Validate(JsonObject validated, JsonObject? old, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        if (validated.Number("spec", "leaseDurationSeconds") is { } duration && duration <= 0)
            errors.Add(FieldError.Invalid("spec.leaseDurationSeconds", duration, "must be greater than 0"));
        if (validated.Number("spec", "leaseTransitions") is { } transitions && transitions < 0)
            errors.Add(FieldError.Invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
        return errors;
    }
}
