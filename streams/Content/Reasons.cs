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

    /// <summary>A blob was asked for that is not here.</summary>
    public const string BlobUnknown = nameof(BlobUnknown);

    /// <summary>A program that is needed is not installed, or may not be executed.</summary>
    public const string ToolMissing = nameof(ToolMissing);

    /// <summary>This machine or user lacks a right without which a sealed store would be wrong.</summary>
    public const string SealingNotPossible = nameof(SealingNotPossible);

    /// <summary>A sealed store could not be made for another reason.</summary>
    public const string SealingFailed = nameof(SealingFailed);

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
}
