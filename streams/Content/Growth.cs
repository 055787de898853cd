namespace Handcarry.Streams.Content;

/// <summary>A blob that is being ingested: the claim of its one writer, and what its readers follow.</summary>
internal sealed class Growth(BlobSpec spec, string path)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BlobSpec Spec { get; } = spec;

    /// <summary>Where its bytes are: below partial, and after the rename below blobs. Guarded by the store's lock.</summary>
    public string Path { get; set; } = path;

    public Watermark Watermark { get; } = new(0);

    /// <summary>Completes when the writer is done, one way or the other.</summary>
    public Task Ended => _ended.Task;

    public void End() => _ended.TrySetResult();
}
