namespace Handcarry.Actors.Protocol.Clients;

/// <summary>What a client wants.</summary>
/// <param name="Verb">What.</param>
/// <param name="Node">Of which node; empty for the agent that hears it.</param>
public sealed record ClientCommand(ClientVerb Verb, string Node = "")
{
    /// <summary>Of facts only those with a higher number.</summary>
    public long After { get; init; }

    /// <summary>Of facts only those from then on; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Lines of the log at most; 1 to 2000, where more counts as 2000.</summary>
    public int Lines { get; init; } = 200;

    /// <summary>Of <see cref="ClientVerb.Cancel"/>: take it back.</summary>
    public bool Undo { get; init; }

    /// <summary>Of <see cref="ClientVerb.Judge"/>: what.</summary>
    public JudgeBundle? Bundle { get; init; }

    /// <summary>Of <see cref="ClientVerb.Login"/>: a signing request (PKCS #10, PEM) for a key of the elliptic curve P-256.</summary>
    public string SigningRequest { get; init => field = value ?? ""; } = "";

    /// <summary>Whether this changes anything.</summary>
    public bool Changes => Verb is ClientVerb.Hold or ClientVerb.Release or ClientVerb.Cancel or ClientVerb.Retry;
}
