namespace Handcarry.Lab.Site;

/// <summary>A bundle that was put into a node.</summary>
internal abstract class InsertedMedium(string path, string description)
{
    /// <summary>The device node or file in the node's media folder.</summary>
    public string Path { get; } = path;

    /// <summary>For people.</summary>
    public string Description { get; } = description;

    /// <summary>Bytes read from it so far by the kernel's own count; null when nobody but the reader counts them.</summary>
    public abstract long? BytesRead { get; }

    /// <summary>How to see that count by hand.</summary>
    public abstract string BytesReadCommand { get; }

    /// <summary>Takes it out. Doing it again is harmless.</summary>
    public abstract Task RemoveAsync();
}
