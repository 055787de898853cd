using System.Text;
using Handcarry.Streams.Content;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Handcarry.Streams.Signatures;

/// <summary>
/// OpenPGP public keys, any one of which may have signed a release. A cluster has one or more such keyrings (the <c>verifier-public-key-*</c> of its
/// payload), and wants a signature by a key of each.
/// </summary>
public sealed class ReleaseKeyring
{
    /// <summary>How many bytes a keyring may have: 1 MiB. The publisher's has 4 KiB.</summary>
    public const int MaximumSize = 1 << 20;

    private const string ArmorHead = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

    private readonly ReleaseKey[] _keys;

    private ReleaseKeyring(string name, ReleaseKey[] keys)
    {
        Name = name;
        _keys = keys;
    }

    /// <summary>What people call it: the name of its file, say.</summary>
    public string Name { get; }

    /// <summary>The fingerprints of its keys and their subkeys, upper-case hex.</summary>
    public IEnumerable<string> Fingerprints => _keys.Select(static key => key.Fingerprint);

    /// <summary>Reads a file as <see cref="Parse"/> does.</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidKeyring"/>.</exception>
    public static ReleaseKeyring Load(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaximumSize
                ? Parse(Path.GetFileName(path), File.ReadAllBytes(path))
                : throw Invalid(path, $"it has more than {MaximumSize} bytes");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, error.Message, error);
        }
    }

    /// <summary>Reads a binary keyring (<c>gpg --export</c>), or a text with one or more armored ones (<c>gpg --armor --export</c>).</summary>
    /// <exception cref="ContentException"><see cref="Reasons.InvalidKeyring"/>.</exception>
    public static ReleaseKeyring Parse(string name, ReadOnlySpan<byte> content)
    {
        ReleaseKey[] keys;
        try
        {
            keys = [.. Blocks(content).SelectMany(static block => new PgpPublicKeyRingBundle(block).GetKeyRings()).SelectMany(KeyBindings.Of)];
        }
        // The parser's complaints are of many types.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Invalid(name, error.Message, error);
        }
        return keys.Length > 0 ? new ReleaseKeyring(name, keys) : throw Invalid(name, "there is no OpenPGP public key in it");
    }

    internal IEnumerable<ReleaseKey> WithId(long keyId) => _keys.Where(key => key.Key.KeyId == keyId);

    // A binary packet begins with its highest bit set (RFC 4880 section 4.2), a text does not.
    private static List<Stream> Blocks(ReadOnlySpan<byte> content)
    {
        if (content.Length > 0 && content[0] >= 0x80)
            return [new MemoryStream(content.ToArray())];
        var blocks = new List<Stream>();
        var text = Encoding.ASCII.GetString(content);
        for (var at = text.IndexOf(ArmorHead, StringComparison.Ordinal); at >= 0; at = text.IndexOf(ArmorHead, at + 1, StringComparison.Ordinal))
            blocks.Add(new ArmoredInputStream(new MemoryStream(Encoding.ASCII.GetBytes(text[at..]))));
        return blocks;
    }

    private static ContentException Invalid(string name, string why, Exception? inner = null) =>
        new(Reasons.InvalidKeyring, $"{name} is not a keyring of OpenPGP public keys: {why}. `gpg --armor --export KEY` writes one.", inner);
}
