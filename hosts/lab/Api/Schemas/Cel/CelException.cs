namespace Handcarry.Lab.Api.Schemas.Cel;

/// <summary>A rule that cannot be worked out for this object.</summary>
internal sealed class CelException(string message) : Exception(message);
