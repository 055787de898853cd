using System.Text.Json.Serialization;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Actors.Protocol.Journal;

namespace Handcarry.Actors.Protocol;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(CarryPlan))]
[JsonSerializable(typeof(StopWork))]
[JsonSerializable(typeof(TakeDigest))]
[JsonSerializable(typeof(FinishWork))]
[JsonSerializable(typeof(WantOffers))]
[JsonSerializable(typeof(Offer))]
[JsonSerializable(typeof(GetStatus))]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(SiteSummary))]
[JsonSerializable(typeof(JudgeBundle))]
[JsonSerializable(typeof(Judgement))]
[JsonSerializable(typeof(ClientRequest))]
[JsonSerializable(typeof(ClientReply))]
[JsonSerializable(typeof(WorkBegun))]
[JsonSerializable(typeof(ImageImported))]
[JsonSerializable(typeof(PublishIntended))]
[JsonSerializable(typeof(StorePublished))]
[JsonSerializable(typeof(WorkStopped))]
[JsonSerializable(typeof(UpgradeFinished))]
[JsonSerializable(typeof(BlobsFreed))]
internal sealed partial class WireJson : JsonSerializerContext;
