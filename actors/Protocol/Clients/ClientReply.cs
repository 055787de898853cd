namespace Handcarry.Actors.Protocol.Clients;

/// <summary>The answer to a <see cref="ClientRequest"/>. A refusal has a reason and a sentence, and nothing else.</summary>
/// <param name="Node">The node whose agent answers.</param>
public sealed record ClientReply(string Node) : IWireMessage
{
    /// <summary>A word of <see cref="ClientReasons"/> when there is no answer; else empty.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>One sentence: why not, or what has been done.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The state of the whole upgrade.</summary>
    public StatusReply? Status { get; init; }

    /// <summary>How a bundle would be judged.</summary>
    public Judgement? Judgement { get; init; }

    /// <summary>How old that state is, in whole seconds; 0 while the supervisor answers.</summary>
    public long AgeSeconds { get; init; }

    /// <summary>Facts, in the order of their numbers.</summary>
    public IReadOnlyList<SiteFact> Facts { get; init => field = value ?? []; } = [];

    /// <summary>Whether there are more facts after these.</summary>
    public bool More { get; init; }

    /// <summary>The certificate that was asked for, PEM; else empty.</summary>
    public string Certificate { get; init => field = value ?? ""; } = "";

    /// <summary>With a certificate, the site's authorities, PEM.</summary>
    public string Authorities { get; init => field = value ?? ""; } = "";

    /// <summary>Lines of a log, or of settings.</summary>
    public IReadOnlyList<string> Lines { get; init => field = value ?? []; } = [];
}
