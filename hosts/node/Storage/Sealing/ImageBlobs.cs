namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>The blobs of one image as files.</summary>
/// <param name="folder">The folder that has them as <c>sha256/&lt;hex&gt;</c>; more may be in it.</param>
/// <param name="release">What to do when they are not needed any more; null for nothing.</param>
public sealed class ImageBlobs(string folder, Func<ValueTask>? release = null) : IAsyncDisposable
{
    /// <summary>The folder that has them as <c>sha256/&lt;hex&gt;</c>.</summary>
    public string Folder => folder;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => release?.Invoke() ?? ValueTask.CompletedTask;
}
