namespace Handcarry.Lab.Api.Patching;

/// <summary>A patch that is well formed but does not apply to this document.</summary>
internal sealed class PatchException(string message) : Exception(message);
