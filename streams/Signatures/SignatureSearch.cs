namespace Handcarry.Streams.Signatures;

/// <summary>What all stores together had.</summary>
/// <param name="Signatures">Each once, in the order of the stores.</param>
/// <param name="Stores">One for each store, in their order.</param>
public sealed record SignatureSearch(IReadOnlyList<FoundSignature> Signatures, IReadOnlyList<StoreOutcome> Stores);
