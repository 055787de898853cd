namespace Handcarry.Registries;

/// <summary>What kind of registry is started.</summary>
public sealed record RegistryOptions
{
    /// <summary>Speaks TLS with a certificate of this authority; plain HTTP when null.</summary>
    public RegistryAuthority? Tls { get; init; }

    /// <summary>Wants this user and password; with <see cref="TokenServer"/> unset.</summary>
    public RegistryUser? Htpasswd { get; init; }

    /// <summary>Wants tokens of this server.</summary>
    public TokenServer? Token { get; init; }

    /// <summary>Where it keeps its blobs; a private folder that goes with it when null.</summary>
    public string? Folder { get; init; }
}
