namespace Handcarry.Streams.Content;

/// <summary>The stable reason words of the data plane. Each appears unchanged in status, event, log, metric and exit code.</summary>
public static class Reasons
{
    /// <summary>The registry that an agent has for the container tools of its node does not answer them.</summary>
    public const string MirrorUnreachable = nameof(MirrorUnreachable);

    /// <summary>Bytes did not hash to the digest they were announced under.</summary>
    public const string DigestMismatch = nameof(DigestMismatch);

    /// <summary>More or fewer bytes than announced.</summary>
    public const string SizeMismatch = nameof(SizeMismatch);

    /// <summary>The medium, peer or file ended, or failed, before everything was read.</summary>
    public const string ReadFailed = nameof(ReadFailed);

    /// <summary>A medium that is being read gives less per second than is configured as slow; it is read all the same.</summary>
    public const string MediumSlow = nameof(MediumSlow);

    /// <summary>A node from which nobody draws, because it has sent wrong bytes repeatedly or calls everybody's bytes wrong.</summary>
    public const string HolderLeftOut = nameof(HolderLeftOut);

    /// <summary>A node that draws, or from which others draw, so slowly that it was put where it holds up nobody.</summary>
    public const string SlowLink = nameof(SlowLink);

    /// <summary>A node that carries slower than it could, because what else runs on it waits too long for disk, processor or memory.</summary>
    public const string Yielding = nameof(Yielding);

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

    /// <summary>An image that is no OpenShift release, where one is wanted.</summary>
    public const string NotARelease = nameof(NotARelease);

    /// <summary>A release that names images otherwise than by digest.</summary>
    public const string NotByDigest = nameof(NotByDigest);

    /// <summary>An image whose parts contradict each other, or that does not exist for the architecture that is wanted.</summary>
    public const string InvalidImage = nameof(InvalidImage);

    /// <summary>A half-made bundle is in the way: another one than the one that is to be made.</summary>
    public const string DraftDiffers = nameof(DraftDiffers);

    /// <summary>A file is in the way that is not overwritten unasked.</summary>
    public const string OutputExists = nameof(OutputExists);

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

    /// <summary>A file of release keys that holds no OpenPGP public keys, or ones that cannot be read.</summary>
    public const string InvalidKeyring = nameof(InvalidKeyring);

    /// <summary>No signature of the release was given for one of the keyrings that must have signed it, or none of the bundle by an engineer who is trusted.</summary>
    public const string SignatureMissing = nameof(SignatureMissing);

    /// <summary>No engineer whom the administrator trusts has signed the bundle.</summary>
    public const string EngineerSignatureMissing = nameof(EngineerSignatureMissing);

    /// <summary>The cluster has no keys of its own to verify a release with.</summary>
    public const string ReleaseKeysMissing = nameof(ReleaseKeysMissing);

    /// <summary>Not an OpenPGP signed message, or one that does not hold a container signature.</summary>
    public const string SignatureMalformed = nameof(SignatureMalformed);

    /// <summary>A signature by a key that the keyring does not have.</summary>
    public const string SignatureUnknownKey = nameof(SignatureUnknownKey);

    /// <summary>A signature that its key has not made over this content.</summary>
    public const string SignatureBad = nameof(SignatureBad);

    /// <summary>A signature made with an algorithm or a key that can be forged today.</summary>
    public const string SignatureWeak = nameof(SignatureWeak);

    /// <summary>A signature of another release.</summary>
    public const string SignatureWrongDigest = nameof(SignatureWrongDigest);

    /// <summary>A signature that has outlived the time its signer gave it.</summary>
    public const string SignatureExpired = nameof(SignatureExpired);

    /// <summary>A signature by a key that has expired.</summary>
    public const string SignatureKeyExpired = nameof(SignatureKeyExpired);

    /// <summary>A signature by a key that its owner has revoked.</summary>
    public const string SignatureKeyRevoked = nameof(SignatureKeyRevoked);

    /// <summary>A signature by a key that is not for signing, or whose owner has not bound it to itself.</summary>
    public const string SignatureKeyUnfit = nameof(SignatureKeyUnfit);

    /// <summary>A signature store that did not answer, or not as one.</summary>
    public const string SignatureStoreFailed = nameof(SignatureStoreFailed);

    /// <summary>A key of a kind or form that bundles are not signed with.</summary>
    public const string UnsupportedKey = nameof(UnsupportedKey);

    /// <summary>A bundle on a device is to be signed, which only files are.</summary>
    public const string SignedOnDevice = nameof(SignedOnDevice);

    /// <summary>An encrypted key that its passphrase does not open.</summary>
    public const string WrongPassphrase = nameof(WrongPassphrase);

    /// <summary>A program that is needed is not installed, or may not be executed.</summary>
    public const string ToolMissing = nameof(ToolMissing);

    /// <summary>This machine or user lacks a right without which a sealed store would be wrong.</summary>
    public const string SealingNotPossible = nameof(SealingNotPossible);

    /// <summary>A sealed store could not be made for another reason.</summary>
    public const string SealingFailed = nameof(SealingFailed);

    /// <summary>A sealed store is being proved, which takes its time; nothing is wrong.</summary>
    public const string StoreProving = nameof(StoreProving);

    /// <summary>A sealed store could not be mounted on this node.</summary>
    public const string StoreNotMounted = nameof(StoreNotMounted);

    /// <summary>The path where the runtime looks for images could not be changed.</summary>
    public const string PublishFailed = nameof(PublishFailed);

    /// <summary>Something of the container runtime stands on a store that would be taken away from it.</summary>
    public const string StoreInUse = nameof(StoreInUse);

    /// <summary>A sealed store could not be opened for reading.</summary>
    public const string StoreUnreadable = nameof(StoreUnreadable);

    /// <summary>An image of the bundle is not recorded in the sealed store, or not under its name.</summary>
    public const string StoreImageMissing = nameof(StoreImageMissing);

    /// <summary>An image in the sealed store is not the one of the bundle: other manifest, configuration or layers.</summary>
    public const string StoreImageMismatch = nameof(StoreImageMismatch);

    /// <summary>A layer in the sealed store is not what the image's configuration commits to.</summary>
    public const string StoreLayerMismatch = nameof(StoreLayerMismatch);

    /// <summary>The sealed store holds something that no image of the bundle has.</summary>
    public const string StoreContentUnexpected = nameof(StoreContentUnexpected);

    /// <summary>A part of the sealed store is missing, cannot be read, or breaks the rules of its format.</summary>
    public const string StoreDamaged = nameof(StoreDamaged);

    /// <summary>A receipt, or the wish for one, is not what it should be: damaged, changed, or signed by somebody else.</summary>
    public const string InvalidReceipt = nameof(InvalidReceipt);

    /// <summary>A stick asks for a receipt, and it could not be written.</summary>
    public const string ReceiptNotWritten = nameof(ReceiptNotWritten);

    /// <summary>A receipt was written to a stick that had asked for it.</summary>
    public const string ReceiptWritten = nameof(ReceiptWritten);

    /// <summary>The blobs that were on the node when its agent started are being read again.</summary>
    public const string BlobsChecking = nameof(BlobsChecking);

    /// <summary>Something of a bundle is on no node yet, and no medium with it is being read.</summary>
    public const string WaitingForMedium = nameof(WaitingForMedium);

    /// <summary>The digest that an administrator has pinned may be that of the bundle's file, which has not been taken yet.</summary>
    public const string FileDigestUnknown = nameof(FileDigestUnknown);
}
