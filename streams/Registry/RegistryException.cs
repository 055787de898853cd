namespace Handcarry.Streams.Registry;

/// <summary>A request that is answered with an error of the specification.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">One of <see cref="OciError"/>.</param>
/// <param name="message">What is wrong, for people.</param>
internal sealed class RegistryException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
