namespace Handcarry.Actors.Node;

/// <summary>Where media come from: block devices and files as the node sees them. Reads only; never writes, never executes.</summary>
public interface IMediaSource
{
    /// <summary>
    /// Media that are there already, then every one that comes or goes, until cancelled. A medium whose content changes is reported
    /// as gone and come again under a new id.
    /// </summary>
    IAsyncEnumerable<MediaChange> WatchAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Opens a medium from its first byte for one forward read. The stream may or may not be seekable; its <c>Length</c>, when seekable,
    /// may exceed the bundle's. Throws <see cref="Handcarry.Streams.Content.ContentException"/> with ReadFailed when it is gone.
    /// </summary>
    ValueTask<Stream> OpenAsync(Medium medium, CancellationToken cancellationToken);
}
