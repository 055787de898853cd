namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>tls</c>: PEM files, as this process sees them (not below <c>node.root</c>).</summary>
public sealed record TlsOptions
{
    /// <summary><c>tls.ca</c>, required: the certificate authorities whose certificates are trusted, and no others.</summary>
    public required string Ca { get; init; }

    /// <summary><c>tls.certificate</c>, required: this agent's certificate, usable as server and as client.</summary>
    public required string Certificate { get; init; }

    /// <summary><c>tls.key</c>, required: its private key, not encrypted.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// <c>tls.authority</c>, default empty: the Secret in <c>kubernetes.namespace</c> in which the agents keep this site's own authority. With it the three files are
    /// made and renewed by the agent; without, they are put there by somebody else.
    /// </summary>
    public string Authority { get; init; } = "";
}
