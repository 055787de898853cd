using System.Text.Json;
using System.Text.Json.Serialization;
using Handcarry.Cli.Rendering;
using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Cli.Writing;

/// <summary>What <c>handcarry write</c> has done; with <c>-o json</c> the object on standard output.</summary>
/// <param name="Device">The node.</param>
/// <param name="Vendor">Of the device, or empty.</param>
/// <param name="Model">Of the device, or empty.</param>
/// <param name="Serial">Of the device, or empty.</param>
/// <param name="Version">OpenShift version of the bundle.</param>
/// <param name="Arch">Architecture of the bundle.</param>
/// <param name="Commitment">Digest by which the nodes speak of the bundle.</param>
/// <param name="Bytes">Size of the bundle.</param>
/// <param name="Digest">Digest of the bundle's file, the same as <c>sha256sum</c> gives.</param>
internal sealed partial record WrittenStick(
    string Device, string Vendor, string Model, string Serial, string Version, string Arch, string Commitment, long Bytes, string Digest)
{
    /// <summary>What asks for a receipt; null when nothing does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WrittenRequest? Receipt { get; init; }

    public static WrittenStick Of(SourceBundle bundle, DeviceFacts device, DeviceCopy copy) => new(
        device.Path,
        device.Vendor,
        device.Model,
        device.Serial,
        bundle.Metadata.Version,
        bundle.Metadata.Arch,
        bundle.Metadata.Commitment.ToString(),
        copy.Bytes,
        copy.Digest.ToString());

    public string Text() => $"""
        {Device} holds {Version} for {Arch}, {HumanBytes.Of(Bytes)}, read back and compared ({Digest}).
        {(Receipt is null ? "" : $"{Receipt.Device} asks for a receipt, whose nonce will be {Receipt.Nonce}.\n")}{Device} may be pulled now.
        """;

    public string Json() => JsonSerializer.Serialize(this, Context.Default.WrittenStick);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(WrittenStick))]
    private sealed partial class Context : JsonSerializerContext;
}
