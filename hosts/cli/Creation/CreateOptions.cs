using Handcarry.Streams.Bundles;
using Handcarry.Streams.Registry.Client;
using Handcarry.Streams.Signatures;

namespace Handcarry.Cli.Creation;

/// <summary>What <c>handcarry create bundle</c> was asked to do.</summary>
internal sealed record CreateOptions
{
    /// <summary>The release and what goes along.</summary>
    public required Handcarry.Streams.Creation.BundleRequest Request { get; init; }

    /// <summary>How the registries are reached.</summary>
    public required RegistryClientOptions Registry { get; init; }

    /// <summary>Folder for the bundle.</summary>
    public required string Output { get; init; }

    /// <summary>In which form the images are carried.</summary>
    public required StoreKind Store { get; init; }

    /// <summary>Images, by tag within the release or by reference, whose layers stay beside a sealed store.</summary>
    public IReadOnlyList<string> KeepLayers { get; init; } = [];

    /// <summary>Archive of the agent's own image; <see cref="AgentArchive.None"/> for no such image, null for the one beside the program.</summary>
    public string? AgentImage { get; init; }

    /// <summary>The program's own folder.</summary>
    public string Program { get; init; } = AppContext.BaseDirectory;

    /// <summary>Folder for what sealing needs besides; <see cref="Output"/> when null.</summary>
    public string? Scratch { get; init; }

    /// <summary>Where the release's signatures are looked for.</summary>
    public IReadOnlyList<SignatureStore> SignatureStores { get; init; } = SignatureStore.Public;

    /// <summary>Keyrings each of which must have signed the release.</summary>
    public IReadOnlyList<ReleaseKeyring> Keyrings { get; init; } = [];

    /// <summary>Whether a missing signature is an error.</summary>
    public bool RequireSignature { get; init; }

    /// <summary>With which the bundle is signed; null for not at all.</summary>
    public EngineerKey? SignKey { get; init; }

    /// <summary>Most bytes per part; null for one file.</summary>
    public long? PartSize { get; init; }

    /// <summary>Blobs fetched at the same time.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Whether a half-made bundle of other contents is thrown away.</summary>
    public bool Discard { get; init; }

    /// <summary>Whether a finished bundle of that name is replaced.</summary>
    public bool Force { get; init; }
}
