using System.Text.Json.Serialization;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Cli.Commands;

/// <summary>The JSON of <c>arm</c> and <c>disarm</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ArmingOutcome))]
[JsonSerializable(typeof(DryRun))]
internal sealed partial class ArmJson : JsonSerializerContext;
