using System.Text.Json.Serialization;
using Handcarry.Actors.Protocol;
using Handcarry.Cli.Creation;
using Handcarry.Cli.Verification;

namespace Handcarry.Cli.Rendering;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(Judgement))]
[JsonSerializable(typeof(CreatedBundle))]
[JsonSerializable(typeof(InspectedBundle))]
[JsonSerializable(typeof(VerifiedBundle))]
internal sealed partial class CliJson : JsonSerializerContext;
