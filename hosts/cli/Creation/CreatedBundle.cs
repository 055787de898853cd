using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Creation;

/// <summary>A bundle that was made; with <c>-o json</c> exactly this is printed.</summary>
/// <param name="Version">OpenShift version.</param>
/// <param name="Arch">Architecture as release names spell it.</param>
/// <param name="Release">The release image by digest.</param>
/// <param name="Files">The bundle's file, or its parts in order.</param>
/// <param name="Checksums">The file that <c>sha256sum -c</c> reads.</param>
/// <param name="Sha256">SHA-256 of the whole bundle, in hex.</param>
/// <param name="Size">Bytes of the whole bundle.</param>
/// <param name="UnpackedSize">Bytes of all distinct layers, decompressed.</param>
/// <param name="Images">How many images, the release image among them.</param>
/// <param name="Agent">Handcarry's own agent among them; null when it was left out.</param>
/// <param name="Store">layers, sealed or both.</param>
/// <param name="Commitment">The digest that commits to all of it; what <c>--sign-key</c> signs.</param>
/// <param name="Signatures">How many signatures of the release were put in.</param>
/// <param name="Attachments">How many sigstore attachments were put in.</param>
/// <param name="SignedBy">Ids of the keys that signed the bundle.</param>
/// <param name="Downloaded">Bytes of layers that this run fetched.</param>
/// <param name="Warnings">What is lacking.</param>
internal sealed record CreatedBundle(
    string Version,
    string Arch,
    string Release,
    IReadOnlyList<string> Files,
    string Checksums,
    string Sha256,
    long Size,
    long UnpackedSize,
    int Images,
    AgentImage? Agent,
    string Store,
    string Commitment,
    int Signatures,
    int Attachments,
    IReadOnlyList<string> SignedBy,
    long Downloaded,
    IReadOnlyList<string> Warnings);
