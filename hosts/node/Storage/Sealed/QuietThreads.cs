using System.Collections.Concurrent;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// Runs tasks on threads of its own that get processor time and the disk only when nobody else wants them: nice 19 and the idle class of I/O, which Linux has for each thread
/// (setpriority(2) "C library/kernel differences", ioprio_set(2)). The kernel unpacks a squashfs on the thread that reads, so this counts for that as well. The I/O class works with
/// the schedulers bfq and mq-deadline.
/// </summary>
internal sealed class QuietThreads : TaskScheduler, IDisposable
{
    private const int Lowest = 19;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly List<Thread> _threads;

    public QuietThreads(int threads)
    {
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true, Name = "handcarry-proof" })];
        _threads.ForEach(static thread => thread.Start());
    }

    public override int MaximumConcurrencyLevel => _threads.Count;

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
        // Refused, the proof runs all the same, only louder.
        _ = LibC.SetPriority(LibC.PriorityOfProcess, 0, Lowest);
        _ = LibC.SetDiskPriority(LibC.IdleDiskPriority);
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }
}
