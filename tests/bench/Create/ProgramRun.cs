using System.Diagnostics;
using System.Globalization;

namespace Handcarry.Bench.Create;

/// <summary>A program that ran to its end.</summary>
/// <param name="Elapsed">From its start to its end.</param>
/// <param name="PeakResident">Bytes of its largest resident set (<c>VmHWM</c>, proc(5)), as last seen.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">Its lines on standard error, with the time since its start at which each came.</param>
internal sealed record ProgramRun(TimeSpan Elapsed, long PeakResident, string Output, IReadOnlyList<(TimeSpan At, string Line)> Error)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="sample">Called twenty times a second while it runs.</param>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<ProgramRun> RunAsync(string file, IReadOnlyList<string> arguments, Action? sample = null)
    {
        var error = new List<(TimeSpan, string)>();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                error.Add((watch.Elapsed, line.Data));
        };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        long peak = 0;
        do
        {
            peak = Math.Max(peak, PeakResidentOf(process.Id));
            sample?.Invoke();
        }
        while (await Task.WhenAny(ended, Task.Delay(SampleEvery)) != ended);
        watch.Stop();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {string.Join('\n', error.TakeLast(20).Select(static line => line.Item2))}");
        return new ProgramRun(watch.Elapsed, peak, await output, error);
    }

    private static long PeakResidentOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
