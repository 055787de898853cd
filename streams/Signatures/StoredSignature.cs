namespace Handcarry.Streams.Signatures;

/// <summary>A signature as one store has it.</summary>
internal sealed record StoredSignature(byte[] Bytes, string From);
