using Handcarry.Cli.Login;

namespace Handcarry.Cli.Connection;

/// <summary>How to come in with the certificate of a client.</summary>
/// <param name="Kubeconfig">Whose API server leads to the agents' pods where no contact is named; null when there is none.</param>
/// <param name="Namespace">The agents' namespace.</param>
/// <param name="Login">Where the certificate of <c>handcarry login</c> is; null when another one was given.</param>
/// <param name="Clock">By what clock certificates end.</param>
internal sealed record DoorSettings(string? Kubeconfig, string Namespace, LoginStore? Login, TimeProvider Clock);
