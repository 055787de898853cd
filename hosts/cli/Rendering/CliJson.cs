using System.Text.Json.Serialization;
using Handcarry.Actors.Protocol;
using Handcarry.Cli.Creation;

namespace Handcarry.Cli.Rendering;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(CreatedBundle))]
internal sealed partial class CliJson : JsonSerializerContext;
