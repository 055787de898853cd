namespace Handcarry.Streams.Receipts;

/// <summary>A node in a <see cref="Receipt"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Stage">How far it came.</param>
/// <param name="Reason">Reason word, or empty.</param>
/// <param name="Message">The same as a sentence, or empty.</param>
public sealed record ReceiptNode(string Name, string Stage, string Reason = "", string Message = "");
