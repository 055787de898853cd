namespace Handcarry.Actors.Protocol.Clients;

/// <summary>Why a client gets no answer, and what clients have done. The words appear in answers, events and logs alike.</summary>
public static class ClientReasons
{
    /// <summary>The request has no token.</summary>
    public const string TokenMissing = nameof(TokenMissing);

    /// <summary>The API server does not know the token, or it has expired.</summary>
    public const string TokenRefused = nameof(TokenRefused);

    /// <summary>The client shows no certificate, and asks for something else than one.</summary>
    public const string CertificateMissing = nameof(CertificateMissing);

    /// <summary>The client's certificate is not of this site, not one for clients, or has expired.</summary>
    public const string CertificateRefused = nameof(CertificateRefused);

    /// <summary>The agents of this site issue no certificates.</summary>
    public const string LoginUnavailable = nameof(LoginUnavailable);

    /// <summary>Somebody was given a certificate.</summary>
    public const string LoggedIn = nameof(LoggedIn);

    /// <summary>The user lacks the right.</summary>
    public const string NotAllowed = nameof(NotAllowed);

    /// <summary>The API server cannot be asked whose the token is.</summary>
    public const string AccessUnknown = nameof(AccessUnknown);

    /// <summary>The agent has too many requests under way.</summary>
    public const string AgentBusy = nameof(AgentBusy);

    /// <summary>The request is none that this version knows.</summary>
    public const string RequestUnknown = nameof(RequestUnknown);

    /// <summary>No node of that name has reported.</summary>
    public const string NodeUnknown = nameof(NodeUnknown);

    /// <summary>The agent of a node did not answer another one in time.</summary>
    public const string NodeSilent = nameof(NodeSilent);

    /// <summary>There is no supervisor yet, and this agent has not heard one.</summary>
    public const string SupervisorAway = nameof(SupervisorAway);

    /// <summary>The API server did not take a change.</summary>
    public const string ChangeRefused = nameof(ChangeRefused);

    /// <summary>The agent failed over the request; its log says how.</summary>
    public const string RequestFailed = nameof(RequestFailed);

    /// <summary>A client was refused.</summary>
    public const string ClientRefused = nameof(ClientRefused);

    /// <summary>Somebody asked to hold.</summary>
    public const string HoldAsked = nameof(HoldAsked);

    /// <summary>Somebody asked to go on.</summary>
    public const string ReleaseAsked = nameof(ReleaseAsked);

    /// <summary>Somebody called the upgrade off, or took that back.</summary>
    public const string CancelAsked = nameof(CancelAsked);

    /// <summary>Somebody asked a node to try again.</summary>
    public const string RetryAsked = nameof(RetryAsked);
}
