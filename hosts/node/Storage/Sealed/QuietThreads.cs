using System.Collections.Concurrent;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Runs tasks on threads of its own that get processor time and the disk only when nobody else wants them, until they are told to be louder. Linux has both for each thread
/// (setpriority(2) "C library/kernel differences", ioprio_set(2)). The kernel unpacks a squashfs on the thread that reads, so this counts for that as well. The I/O class works with
/// the schedulers bfq and mq-deadline.
/// </summary>
internal sealed class QuietThreads : TaskScheduler, IDisposable
{
    private static readonly (int Nice, int Disk)[] Steps = [(19, LibC.IdleDiskPriority), (10, LibC.LeastDiskPriority), (0, LibC.UsualDiskPriority)];

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly List<Thread> _threads;
    private readonly Lock _gate = new();
    private readonly List<int> _numbers = [];
    private int _loudness;

    public QuietThreads(int threads)
    {
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true, Name = "handcarry-proof" })];
        _threads.ForEach(static thread => thread.Start());
    }

    /// <summary>The loudest, at which they are as any other thread.</summary>
    public static int Loudest => Steps.Length - 1;

    public override int MaximumConcurrencyLevel => _threads.Count;

    /// <summary>From 0, when nobody else wants to run, to <see cref="Loudest"/>.</summary>
    public int Loudness
    {
        get
        {
            lock (_gate)
                return _loudness;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)Loudest, nameof(value));
            lock (_gate)
            {
                _loudness = value;
                _numbers.ForEach(Apply);
            }
        }
    }

    public void Dispose()
    {
        _tasks.CompleteAdding();
        _threads.ForEach(static thread => thread.Join());
        _tasks.Dispose();
    }

    protected override void QueueTask(Task task) => _tasks.Add(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => _threads.Contains(Thread.CurrentThread) && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();

    private void Work()
    {
        var number = LibC.ThreadNumber();
        lock (_gate)
        {
            _numbers.Add(number);
            Apply(number);
        }

        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
        lock (_gate)
            _numbers.Remove(number);
    }

    // Refused, the proof runs all the same, only louder; or, without the right to be louder again (CAP_SYS_NICE), as quietly as before.
    private void Apply(int thread)
    {
        _ = LibC.SetPriority(LibC.PriorityOfProcess, thread, Steps[_loudness].Nice);
        _ = LibC.SetDiskPriority(thread, Steps[_loudness].Disk);
    }
}
