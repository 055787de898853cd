using Handcarry.Lab.Api.Schemas.Cel;

namespace Handcarry.Lab.Api.Schemas;

/// <summary>One entry of x-kubernetes-validations.</summary>
/// <param name="Rule">The parsed CEL expression.</param>
/// <param name="Message">What to say when it is false.</param>
internal sealed record SchemaRule(CelExpression Rule, string Message);
