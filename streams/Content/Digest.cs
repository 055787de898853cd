using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Handcarry.Streams.Content;

/// <summary>
/// The SHA-256 of a blob's bytes, written <c>sha256:&lt;64 lower-case hex digits&gt;</c>
/// (OCI image-spec v1.1, descriptor.md, "Digests"). Other algorithms are refused: release images use this one alone.
/// The default value is no digest at all; it equals only itself and prints as an empty string.
/// </summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest : IComparable<Digest>
{
    private const string Prefix = "sha256:";
    private const int HexLength = 64;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>The 64 hex digits without the algorithm.</summary>
    public string Hex => _hex ?? "";

    /// <summary>The first twelve hex digits, for people.</summary>
    public string Short => _hex is null ? "" : _hex[..12];

    /// <summary>The digest of <paramref name="bytes"/>.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return FromHash(hash);
    }

    /// <summary>The digest whose 32 hash bytes are <paramref name="hash"/>.</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash) =>
        hash.Length == SHA256.HashSizeInBytes
            ? new Digest(Convert.ToHexStringLower(hash))
            : throw new ArgumentException($"A SHA-256 has {SHA256.HashSizeInBytes} bytes, not {hash.Length}.", nameof(hash));

    /// <summary>The digest written in <paramref name="text"/>; upper-case hex digits are refused, as the specification says.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + HexLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        return TryParseHex(text[Prefix.Length..], out digest);
    }

    /// <summary>The digest whose hex digits are <paramref name="hex"/>, without the algorithm.</summary>
    public static bool TryParseHex([NotNullWhen(true)] string? hex, out Digest digest)
    {
        digest = default;
        if (hex is null || hex.Length != HexLength || hex.AsSpan().ContainsAnyExcept(HexDigits))
            return false;
        digest = new Digest(hex);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, throwing <see cref="FormatException"/> that repeats the text.</summary>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"\"{text}\" is not a digest: expected sha256: and 64 lower-case hex digits.");

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(_hex, other._hex);

    /// <inheritdoc/>
    public override string ToString() => _hex is null ? "" : Prefix + _hex;

    /// <summary>Ordinal order of the hex digits.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order of the hex digits.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order of the hex digits.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order of the hex digits.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;

    /// <summary>As text; anything else is a <see cref="JsonException"/>. Public for the serializers that other assemblies generate.</summary>
    public sealed class DigestJsonConverter : JsonConverter<Digest>
    {
        /// <inheritdoc/>
        public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var digest)
                ? digest
                : throw new JsonException($"\"{reader.GetString()}\" is not a digest: expected sha256: and 64 lower-case hex digits.");

        /// <inheritdoc/>
        public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
