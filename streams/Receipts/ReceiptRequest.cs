using System.Security.Cryptography;
using System.Text.Json;
using Handcarry.Streams.Content;

namespace Handcarry.Streams.Receipts;

/// <summary>
/// The wish for a receipt, a file in the top folder of a file system that is labelled <see cref="Label"/>. Without both, nothing is ever written to a medium.
/// </summary>
/// <param name="Format">Version of the format, 1.</param>
/// <param name="Nonce">Something that no other stick has, 16 to 128 letters and digits; it comes back in the receipt.</param>
/// <param name="Bundle">Commitment of the bundle about which something is to be written.</param>
public sealed record ReceiptRequest(int Format, string Nonce, string Bundle)
{
    /// <summary>Label of the file system, at most 11 capitals as FAT has it (Microsoft FAT specification, BS_VolLab).</summary>
    public const string Label = "HC-RECEIPT";

    /// <summary>Name of the request's file.</summary>
    public const string FileName = "handcarry-receipt-request.json";

    /// <summary>Name of the receipt's file beside it.</summary>
    public const string ReceiptFileName = "handcarry-receipt.json";

    /// <summary>Bytes that the file has at most.</summary>
    public const int MostBytes = 4096;

    private const int ShortestNonce = 16, LongestNonce = 128;

    /// <summary>A request for what becomes of <paramref name="bundle"/>.</summary>
    public static ReceiptRequest For(Digest bundle) => new(1, RandomNumberGenerator.GetHexString(32, lowercase: true), bundle.ToString());

    /// <summary>As JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReceiptJson.Default.ReceiptRequest);

    /// <summary>Reads one.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidReceipt"/>.</exception>
    public static ReceiptRequest Parse(ReadOnlySpan<byte> json)
    {
        ReceiptRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(json, ReceiptJson.Default.ReceiptRequest);
        }
        catch (JsonException e)
        {
            throw Invalid(e.Message, e);
        }

        return request switch
        {
            null => throw Invalid("it is no object", null),
            { Format: not 1 } => throw Invalid($"its format is {request.Format}, and only 1 is known here", null),
            { Nonce: null or { Length: < ShortestNonce or > LongestNonce } } => throw Invalid($"its nonce must have {ShortestNonce} to {LongestNonce} letters and digits", null),
            _ when !request.Nonce.All(char.IsAsciiLetterOrDigit) => throw Invalid("its nonce has something else than letters and digits", null),
            _ when !Digest.TryParse(request.Bundle, out _) => throw Invalid("it names no bundle by its commitment", null),
            _ => request,
        };
    }

    private static ContentException Invalid(string why, Exception? cause) =>
        new(Reasons.InvalidReceipt, $"{FileName} asks for no receipt that could be written: {why}. Make the stick again with `handcarry write --receipt`.", cause);
}
