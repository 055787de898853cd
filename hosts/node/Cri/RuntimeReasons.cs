using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>The reason words of <see cref="RuntimeException"/> and of what the runtime is asked for.</summary>
public static class RuntimeReasons
{
    /// <summary>Nobody answers on the runtime's socket.</summary>
    public const string RuntimeUnreachable = nameof(RuntimeUnreachable);

    /// <summary>The runtime has not answered in the time allowed.</summary>
    public const string RuntimeSlow = nameof(RuntimeSlow);

    /// <summary>The runtime answered with an error.</summary>
    public const string RuntimeFailed = nameof(RuntimeFailed);

    /// <summary>The runtime lists no image any more, because a record of its storage points to a layer that is gone.</summary>
    public const string DanglingRecord = nameof(DanglingRecord);

    /// <summary>An image of the bundle that the runtime does not know by a name it will be asked for.</summary>
    public const string ImageNotInRuntime = nameof(ImageNotInRuntime);

    /// <summary>The runtime could not get an image.</summary>
    public const string PullFailed = nameof(PullFailed);

    /// <summary>Nothing that the runtime asked serves the image.</summary>
    public const string ImageNotServed = nameof(ImageNotServed);

    /// <summary>No registry or mirror could be reached for an image.</summary>
    public const string MirrorUnreachable = Reasons.MirrorUnreachable;

    /// <summary>The signature policy of the node refuses an image.</summary>
    public const string SignatureRefused = nameof(SignatureRefused);

    /// <summary>The file system of the runtime's images has no room.</summary>
    public const string NoSpace = Reasons.NoSpace;

    /// <summary>An image of the bundle that the kubelet may remove, though it was to be pinned.</summary>
    public const string NotPinned = nameof(NotPinned);

    /// <summary>Another file replaces the list of pinned images.</summary>
    public const string PinsOverruled = nameof(PinsOverruled);

    /// <summary>The list of pinned images could not be written, or the runtime could not be made to read it.</summary>
    public const string PinsFailed = nameof(PinsFailed);
}
