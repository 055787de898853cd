using System.Security.Cryptography.X509Certificates;

namespace Handcarry.Streams.Registry.Client;

/// <summary>How registries are reached.</summary>
public sealed record RegistryClientOptions
{
    /// <summary>Credentials; anonymous where null.</summary>
    public AuthFile? Auth { get; init; }

    /// <summary>
    /// Other places to ask first. The longest source that covers a repository decides; its mirrors are asked in this order, then the source itself.
    /// </summary>
    public IReadOnlyList<RegistryMirror> Mirrors { get; init; } = [];

    /// <summary>True: a registry that has mirrors is never asked itself, because it cannot be reached from here.</summary>
    public bool MirrorsOnly { get; init; }

    /// <summary>
    /// Registries (<c>host[:port]</c>, exactly as in references) whose certificates are not checked and that may speak plain HTTP. Applies as well
    /// where other registries redirect to them or name them as their token server.
    /// </summary>
    public IReadOnlyCollection<string> InsecureRegistries { get; init; } = [];

    /// <summary>Authorities believed besides those that the machine trusts.</summary>
    public X509Certificate2Collection? ExtraCertificateAuthorities { get; init; }

    /// <summary>How long a connection and its handshake may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a registry may be silent before an attempt is over.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long attempts are repeated without a single new byte before the fetch fails.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Requests to one registry at the same time, 1 or more; others wait.</summary>
    public int ConnectionsPerHost { get; init; } = 8;

    /// <summary>Largest manifest accepted, in bytes. Registries need not take larger ones than 4 MiB (distribution specification v1.1, "Pushing Manifests").</summary>
    public long MaxManifestBytes { get; init; } = 4 << 20;
}
