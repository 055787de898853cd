using Handcarry.Streams.Content;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;
using static Org.BouncyCastle.Utilities.IO.Streams;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// A binary OpenPGP message with one signature (RFC 4880 section 11.3): announcement, literal data, signature, perhaps compressed as a whole. Nothing in
/// it has been verified.
/// </summary>
internal sealed record SignedMessage(PgpSignature Signature, byte[] Text)
{
    /// <summary>Reads it; throws <see cref="ContentException"/> with <see cref="Reasons.SignatureMalformed"/>, whatever the bytes are.</summary>
    public static SignedMessage Read(ReadOnlySpan<byte> message)
    {
        if (message.Length > ReleaseSignature.MaximumSize)
            throw Malformed($"it has more than {ReleaseSignature.MaximumSize} bytes");
        // Clusters do not read armor here, so a bundle that carried it would be refused at the site.
        if (message.StartsWith("-----BEGIN PGP"u8))
            throw Malformed("it is ASCII-armored; `gpg --dearmor` makes it binary");
        try
        {
            return Read(message.ToArray());
        }
        // The parser's complaints about hostile bytes are of many types, none of them worth telling apart.
        catch (Exception error) when (error is not ContentException)
        {
            throw Malformed(error.Message, error);
        }
    }

    private static SignedMessage Read(byte[] message)
    {
        var packets = new PgpObjectFactory(message);
        var first = packets.NextPgpObject();
        if (first is PgpCompressedData compressed)
        {
            var inflated = ReadAll(compressed.GetDataStream());
            packets = new PgpObjectFactory(inflated);
            first = packets.NextPgpObject();
        }
        if (first is not PgpOnePassSignatureList { Count: 1 } announcements)
            throw Malformed("it does not begin with the announcement of one signature; a detached signature is not enough");
        if (packets.NextPgpObject() is not PgpLiteralData literal)
            throw Malformed("no literal data follows the announcement");
        var text = ReadAll(literal.GetInputStream());
        if (packets.NextPgpObject() is not PgpSignatureList { Count: 1 } signatures || packets.NextPgpObject() is not null)
            throw Malformed("its text is not followed by one signature alone");

        var (announced, signature) = (announcements[0], signatures[0]);
        return announced.KeyId == signature.KeyId && announced.HashAlgorithm == signature.HashAlgorithm
            && announced.KeyAlgorithm == signature.KeyAlgorithm && announced.SignatureType == signature.SignatureType
            ? new SignedMessage(signature, text)
            : throw Malformed("its signature is not the one it announces");
    }

    // What a message may grow to is bounded like the message.
    private static byte[] ReadAll(Stream stream)
    {
        using var bytes = new MemoryStream();
        PipeAllLimited(stream, ReleaseSignature.MaximumSize, bytes);
        return bytes.ToArray();
    }

    private static ContentException Malformed(string why, Exception? inner = null) =>
        new(Reasons.SignatureMalformed, $"This is not a release signature (a binary OpenPGP signed message): {why.TrimEnd('.')}.", inner);
}
