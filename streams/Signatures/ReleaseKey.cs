using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Handcarry.Streams.Signatures;

/// <summary>A key or subkey of a keyring, and what its owner's own signatures say of it.</summary>
internal sealed record ReleaseKey(PgpPublicKey Key)
{
    /// <summary>Upper-case hex, as gpg prints it.</summary>
    public string Fingerprint { get; } = Convert.ToHexString(Key.GetFingerprint());

    /// <summary>Whether its owner has bound it to a name or, for a subkey, to the primary key, and back.</summary>
    public bool Bound { get; init; }

    public bool MaySign { get; init; }

    public bool Revoked { get; init; }

    /// <summary>Null when it does not expire.</summary>
    public DateTime? Expires { get; init; }
}
