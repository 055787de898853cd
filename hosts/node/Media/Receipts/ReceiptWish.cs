using Handcarry.Streams.Receipts;

namespace Handcarry.Hosts.Node.Media.Receipts;

/// <summary>What a medium says about receipts.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="Receipt">The receipt that is on it already; null without one. It is what anybody may have put there.</param>
public sealed record ReceiptWish(ReceiptRequest Request, ReadOnlyMemory<byte>? Receipt);
