using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Handcarry.Lab.Release;

/// <summary>
/// Reproducible bytes that do not compress: SplitMix64 (Steele, Lea, Flood 2014), started from a hash of seed and name. A layer's content
/// therefore depends on its own name alone, not on the order in which layers are made.
/// </summary>
internal sealed class SeededBytes
{
    private ulong _state;

    public SeededBytes(ulong seed, string name) =>
        _state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}")));

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public void Fill(Span<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (var i = 0; i < words.Length; i++)
            words[i] = Next();
        for (var i = words.Length * sizeof(ulong); i < bytes.Length; i++)
            bytes[i] = (byte)Next();
    }
}
