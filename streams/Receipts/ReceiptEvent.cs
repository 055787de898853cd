namespace Handcarry.Streams.Receipts;

/// <summary>Something that happened, in a <see cref="Receipt"/>.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">The word for it.</param>
/// <param name="Message">The same as a sentence.</param>
public sealed record ReceiptEvent(DateTimeOffset At, string Reason, string Message);
