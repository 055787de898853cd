using System.Text.Json.Serialization;
using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Agent.Clients;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SiteFact))]
internal sealed partial class FactJson : JsonSerializerContext;
