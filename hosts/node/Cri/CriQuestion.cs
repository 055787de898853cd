namespace Handcarry.Hosts.Node.Cri;

/// <summary>Something that a runtime is asked.</summary>
/// <param name="Failure">Begins the sentence of an error, such as "The images of the runtime cannot be listed".</param>
/// <param name="Timeout">How long the answer may take.</param>
/// <param name="IsPull">Whether it asks a registry in turn; then the error may be one of the registry.</param>
internal sealed record CriQuestion(string Failure, TimeSpan Timeout, bool IsPull = false);
