using System.Text.Json.Serialization;
using Handcarry.Actors.Protocol;

namespace Handcarry.Cli.Rendering;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReply))]
internal sealed partial class CliJson : JsonSerializerContext;
