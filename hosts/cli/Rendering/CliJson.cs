using System.Text.Json.Serialization;
using Handcarry.Actors.Protocol;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Creation;
using Handcarry.Cli.Explaining;
using Handcarry.Cli.Verification;

namespace Handcarry.Cli.Rendering;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(Judgement))]
[JsonSerializable(typeof(SiteFact))]
[JsonSerializable(typeof(IReadOnlyList<SiteFact>))]
[JsonSerializable(typeof(IReadOnlyList<NodeReport>))]
[JsonSerializable(typeof(IReadOnlyList<SaidByNode>))]
[JsonSerializable(typeof(NodeLog))]
[JsonSerializable(typeof(ReasonText))]
[JsonSerializable(typeof(IReadOnlyList<ReasonText>))]
[JsonSerializable(typeof(CreatedBundle))]
[JsonSerializable(typeof(InspectedBundle))]
[JsonSerializable(typeof(VerifiedBundle))]
internal sealed partial class CliJson : JsonSerializerContext;
