namespace Handcarry.Streams.Content;

/// <summary>How far a blob is verified, and whoever waits for more of it.</summary>
internal sealed class Watermark(long verified)
{
    private readonly Lock _gate = new();
    private long _verified = verified;
    private string? _failure;
    private TaskCompletionSource? _changed;

    /// <summary>Bytes from the start that have been verified and may be read.</summary>
    public long Verified => Interlocked.Read(ref _verified);

    /// <summary>Lets readers go on to <paramref name="verified"/>.</summary>
    public void Advance(long verified) => Change(verified, null);

    /// <summary>No more will come. What is verified stays readable.</summary>
    public void Fail(string why) => Change(Verified, why);

    /// <summary>No more will come, and what seemed verified must not be read any more.</summary>
    public void Revoke(string why) => Change(0, why);

    /// <summary>Waits until more than <paramref name="offset"/> bytes are verified; returns how many are.</summary>
    /// <exception cref="ContentException">ReadFailed: no more will come.</exception>
    public async ValueTask<long> WaitBeyondAsync(Digest digest, long offset, CancellationToken ct)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_verified > offset)
                    return _verified;
                if (_failure is not null)
                    throw new ContentException(Reasons.ReadFailed, _failure) { Digest = digest, Offset = _verified };
                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }
            await changed.WaitAsync(ct);
        }
    }

    private void Change(long verified, string? failure)
    {
        TaskCompletionSource? changed;
        lock (_gate)
        {
            Interlocked.Exchange(ref _verified, verified);
            _failure ??= failure;
            changed = _changed;
            _changed = null;
        }
        changed?.SetResult();
    }
}
