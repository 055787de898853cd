namespace Handcarry.Agent;

/// <summary>
/// Remembers, until the next reboot, that an agent runs here. One that finds the mark of a predecessor that was killed waits before it opens its port: peers that
/// have not yet given up the old connection do not answer a new process that comes back under the same address within the same second
/// (seen with Akka.Remote 1.5.74; after 1 s and more they do, reference/akka.md section 5.6).
/// </summary>
internal sealed class UncleanEnd : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly string _mark;

    private UncleanEnd(string mark) => _mark = mark;

    public static async Task<UncleanEnd> WaitOutAsync(string runFolder, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(runFolder);
        var mark = Path.Combine(runFolder, "agent.running");
        if (File.Exists(mark))
            await Task.Delay(Pause, time, cancellationToken);
        await File.WriteAllTextAsync(mark, "", cancellationToken);
        return new UncleanEnd(mark);
    }

    /// <summary>The agent has left in good order.</summary>
    public void Dispose() => File.Delete(_mark);
}
