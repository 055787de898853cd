using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Storage.Proof;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>The threads of a proof, looked at from time to time whether it gets on.</summary>
internal sealed class PacedThreads : IProgress<StoreProofProgress>, IDisposable
{
    private readonly IProgress<StoreProgress> _listener;
    private readonly long _floor;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private ProofPace _pace = ProofPace.Quiet;
    private long _done;
    private long _seen;
    private long _since;

    /// <param name="threads">How many.</param>
    /// <param name="floor">Bytes a second below which they get louder; 0: never.</param>
    /// <param name="listener">Is told all that this is told.</param>
    /// <param name="time">The clock.</param>
    public PacedThreads(int threads, long floor, IProgress<StoreProgress> listener, TimeProvider time)
    {
        (_floor, _listener, _time) = (floor, listener, time);
        Threads = new QuietThreads(threads);
        _since = time.GetTimestamp();
        _timer = time.CreateTimer(static paced => ((PacedThreads)paced!).Look(), this, ProofPace.Every, ProofPace.Every);
    }

    /// <summary>They.</summary>
    public QuietThreads Threads { get; }

    public void Report(StoreProofProgress value)
    {
        Volatile.Write(ref _done, value.Done);
        _listener.Report(new StoreProgress(value.Done, value.Total));
    }

    public void Dispose()
    {
        _timer.Dispose();
        Threads.Dispose();
    }

    private void Look()
    {
        var done = Volatile.Read(ref _done);
        var rate = (long)((done - _seen) / Math.Max(0.001, _time.GetElapsedTime(_since).TotalSeconds));
        (_seen, _since) = (done, _time.GetTimestamp());
        var pace = _pace.Look(rate, _floor);
        if (pace.Loudness != _pace.Loudness)
            Threads.Loudness = pace.Loudness;
        _pace = pace;
    }
}
