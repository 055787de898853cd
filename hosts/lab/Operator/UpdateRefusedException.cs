namespace Handcarry.Lab.Operator;

/// <summary>A release that is not accepted.</summary>
/// <param name="step">RetrievePayload, LoadPayload, VerifyPayloadVersion or PreconditionChecks: the reason of ReleaseAccepted.</param>
/// <param name="message">What ReleaseAccepted says.</param>
internal sealed class UpdateRefusedException(string step, string message) : Exception(message)
{
    public string Step { get; } = step;
}
