namespace Handcarry.Streams.Content;

/// <summary>The stable reason words of the data plane. Each appears unchanged in status, event, log, metric and exit code.</summary>
public static class Reasons
{
    /// <summary>Bytes did not hash to the digest they were announced under.</summary>
    public const string DigestMismatch = nameof(DigestMismatch);

    /// <summary>More or fewer bytes than announced.</summary>
    public const string SizeMismatch = nameof(SizeMismatch);

    /// <summary>The medium, peer or file ended, or failed, before everything was read.</summary>
    public const string ReadFailed = nameof(ReadFailed);

    /// <summary>The file system that holds the blobs has no room left.</summary>
    public const string NoSpace = nameof(NoSpace);

    /// <summary>The file system that holds the blobs refused or failed a write for another reason than space.</summary>
    public const string WriteFailed = nameof(WriteFailed);

    /// <summary>Not an upgrade bundle, or one that breaks the rules of the format.</summary>
    public const string InvalidBundle = nameof(InvalidBundle);

    /// <summary>Something else than an upgrade bundle: it does not begin with metadata.json.</summary>
    public const string NotABundle = nameof(NotABundle);

    /// <summary>A bundle whose format number this version does not know.</summary>
    public const string UnknownFormat = nameof(UnknownFormat);

    /// <summary>A number or size in the bundle is above a configured limit.</summary>
    public const string LimitExceeded = nameof(LimitExceeded);

    /// <summary>A bundle is in parts, and not all of them are there.</summary>
    public const string PartMissing = nameof(PartMissing);

    /// <summary>A <c>.sha256</c> file is none, or names other files than those it lies beside.</summary>
    public const string InvalidChecksums = nameof(InvalidChecksums);

    /// <summary>A blob was asked for that is not here.</summary>
    public const string BlobUnknown = nameof(BlobUnknown);

    /// <summary>What was given is no image reference, or a mirror makes none of it.</summary>
    public const string InvalidReference = nameof(InvalidReference);

    /// <summary>The pull secret cannot be read, or needs something that is not supported.</summary>
    public const string InvalidAuthFile = nameof(InvalidAuthFile);

    /// <summary>A registry wants other credentials, or does not let these have what was asked for (401, 403).</summary>
    public const string RegistryUnauthorized = nameof(RegistryUnauthorized);

    /// <summary>A registry does not have what was asked for (404).</summary>
    public const string RegistryUnknown = nameof(RegistryUnknown);

    /// <summary>A registry could not be reached, or failed, for as long as attempts were made.</summary>
    public const string RegistryUnreachable = nameof(RegistryUnreachable);

    /// <summary>A registry's certificate is not believed, or it speaks no TLS and is not named as an insecure one.</summary>
    public const string RegistryUntrusted = nameof(RegistryUntrusted);

    /// <summary>A registry refused the request, or answered with something that is no answer to it.</summary>
    public const string RegistryRefused = nameof(RegistryRefused);
}
