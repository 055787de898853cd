using Handcarry.Lab.Api.Schemas.Cel;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>One entry of x-kubernetes-validations.</summary>
/// <param name="Rule">The parsed CEL expression.</param>
/// <param name="Message">What to say when it is false.</param>
internal sealed record SchemaRule(CelExpression Rule, string Message)
{
    public const string InvalidReason = "FieldValueInvalid";

    /// <summary>What <see cref="Reason"/> may be (apiextensions/v1, types_jsonschema.go; Kubernetes 1.28 and later).</summary>
    public static IReadOnlyList<string> Reasons { get; } = [InvalidReason, "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate"];

    /// <summary>The reason of the cause.</summary>
    public string Reason { get; init; } = InvalidReason;

    /// <summary>Where the failure is reported, below the rule's own place, such as <c>.spec.digest</c>; empty for that place itself.</summary>
    public string FieldPath { get; init; } = "";
}
