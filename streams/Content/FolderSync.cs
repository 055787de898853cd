namespace Handcarry.Streams.Content;

/// <summary>
/// Group commit of a folder: callers that arrive while one fsync runs share the next one, so that many small blobs completed at the same
/// time cost a few fsyncs of the folder, not one each.
/// </summary>
internal sealed class FolderSync(string folder)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _next;
    private bool _running;

    /// <summary>Completes when everything that was in the folder at the time of the call is durable.</summary>
    public Task SyncAsync()
    {
        lock (_gate)
        {
            _next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_running)
            {
                _running = true;
                _ = Task.Run(Run);
            }
            return _next.Task;
        }
    }

    private void Run()
    {
        while (true)
        {
            TaskCompletionSource batch;
            lock (_gate)
            {
                if (_next is null)
                {
                    _running = false;
                    return;
                }
                batch = _next;
                _next = null;
            }
            try
            {
                Posix.SyncFolder(folder);
                batch.SetResult();
            }
            catch (IOException e)
            {
                batch.SetException(e);
            }
        }
    }
}
