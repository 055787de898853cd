using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Handcarry.Lab.Site;

/// <summary>
/// The process of one agent: started, killed, started again; its output goes straight into a file, so it outlives nobody's pipe. An agent
/// that ends by itself is started again after a moment, as systemd or the kubelet would: an agent that the others have given up on leaves
/// the cluster by ending (reference/akka.md).
/// </summary>
internal sealed class AgentProcess(string node, string executable, string configuration, string log, IReadOnlyDictionary<string, string>? settings = null, string? network = null) : IDisposable
{
    private const int Sigterm = 15;
    private const int Unusable = 2; // exit code of an agent whose configuration cannot be used
    private const int MostRestarts = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _turn = new();
    private Process? _process;
    private long _peak;
    private bool _ending;

    public string Node => node;

    public string Log => log;

    public int? ProcessId => _process is { HasExited: false } process ? process.Id : null;

    public bool IsRunning => ProcessId is not null;

    /// <summary>How often it ended by itself and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Completes when it ends by itself and starting it again does not help.</summary>
    public Task Died => _died.Task;

    /// <summary>The largest resident memory of any of its processes so far, in bytes, as the kernel counts it (VmHWM).</summary>
    public long PeakMemory => Math.Max(_peak, Sample());

    public void Start()
    {
        lock (_turn)
        {
            _ending = false;
            StartProcess();
        }
    }

    /// <summary>Remembers the peak before a process goes.</summary>
    public long Sample()
    {
        // Not while one process takes the place of another.
        int? running;
        lock (_turn)
            running = ProcessId;
        if (running is not { } id)
            return _peak;
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(static l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            if (line is not null)
                _peak = Math.Max(_peak, long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024);
        }
        catch (IOException)
        {
            // Gone in between.
        }

        return _peak;
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (End() is not { } process)
            return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, and insists after ten seconds.</summary>
    public async Task StopAsync()
    {
        if (End() is not { } process)
            return;
        Signal(process, Sigterm);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>The last lines of its log.</summary>
    public string LastWords(int lines = 15) =>
        File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(lines)) : "(no log)";

    public void Dispose() => _process?.Dispose();

    // From here on it is not started again; the process to end, null when there is none.
    private Process? End()
    {
        Sample();
        lock (_turn)
        {
            _ending = true;
            return _process is { HasExited: false } process ? process : null;
        }
    }

    private void StartProcess()
    {
        _process?.Dispose();

        // The shell opens the log and becomes the agent: same process id, nothing in between.
        var inside = network is null ? "" : $"ip netns exec {network} ";
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {inside}\"$0\" --config \"$1\" >>\"$2\" 2>&1", executable, configuration, log]) { RedirectStandardInput = true };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            start.Environment[$"HANDCARRY__{name.Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant()}"] = value;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.EnableRaisingEvents = true;
        _process.Exited += async (sender, _) => await OnExitedAsync((Process)sender!);
    }

    private async Task OnExitedAsync(Process ended)
    {
        if (_ending || !ReferenceEquals(ended, _process))
            return;
        if (ended.ExitCode == Unusable || Restarts == MostRestarts)
        {
            _died.TrySetResult();
            return;
        }

        await Task.Delay(RestartAfter);
        lock (_turn)
        {
            if (_ending || !ReferenceEquals(ended, _process))
                return;
            Restarts++;
            StartProcess();
        }
    }

    private static void Signal(Process process, int signal)
    {
        if (!process.HasExited && Kill(process.Id, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not 3)
            throw new Win32Exception(error);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
