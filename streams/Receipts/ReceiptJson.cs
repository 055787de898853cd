using System.Text.Json.Serialization;

namespace Handcarry.Streams.Receipts;

/// <summary>The receipts' documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(ReceiptRequest))]
[JsonSerializable(typeof(SignedReceipt.Header))]
[JsonSerializable(typeof(SignedReceipt.Envelope))]
internal sealed partial class ReceiptJson : JsonSerializerContext;
