using System.ComponentModel;
using System.Diagnostics;

namespace Handcarry.Hosts.Node.Processes;

/// <summary>Runs programs of this machine.</summary>
public sealed class SystemProcessRunner : IProcessRunner
{
    // A program may leave a child behind that keeps its output open for ever; what was said until now is then all there is.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;

    /// <summary>Makes one that measures time-outs by <paramref name="time"/>.</summary>
    public SystemProcessRunner(TimeProvider time) => _time = time;

    /// <inheritdoc/>
    public async ValueTask<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(command);
        process.StandardInput.Close();
        var output = new BoundedText(command.MaxOutput, keepLast: false);
        var error = new BoundedText(command.MaxErrorTail, keepLast: true);
        var reading = Task.WhenAll(
            Quietly(output.ReadAsync(process.StandardOutput.BaseStream)),
            Quietly(error.ReadAsync(process.StandardError.BaseStream)));

        using var deadline = new CancellationTokenSource(command.Timeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{command.Program} did not end within {command.Timeout.TotalSeconds:0} s and was killed.");
        }
        await Task.WhenAny(reading, Task.Delay(OutputGrace, _time, CancellationToken.None));
        return new ProcessResult(process.ExitCode, output.ToString(), output.Truncated, error.ToString());
    }

    private static Process Start(ProcessCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var path = start.Environment.TryGetValue("PATH", out var value) ? value : null;
        start.Environment.Clear();
        start.Environment["PATH"] = path ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        foreach (var (name, text) in command.Environment)
            start.Environment[name] = text;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new ProgramMissingException(command.Program, e);
        }
    }

    /// <summary>The pipe of a killed program may break in the middle of a read; that says nothing new.</summary>
    private static async Task Quietly(Task reading)
    {
        try
        {
            await reading;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }
}
