using System.Diagnostics;
using System.Text;

namespace Handcarry.Lab.Site;

/// <summary>Runs programs of the operating system to their end.</summary>
internal static class Tool
{
    /// <summary>What a program answered.</summary>
    internal sealed record Answer(int ExitCode, byte[] Output, string Error)
    {
        public string Text => Encoding.UTF8.GetString(Output);
    }

    /// <summary>Runs it and returns what it answered, whatever its exit code.</summary>
    public static async Task<Answer> TryAsync(
        string file, IReadOnlyList<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Start(start);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        try
        {
            var copy = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            var error = await process.StandardError.ReadToEndAsync(cancellationToken);
            await copy;
            await process.WaitForExitAsync(cancellationToken);
            return new Answer(process.ExitCode, output.ToArray(), error.Trim());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Runs it and returns its output; an exit code other than 0 becomes a sentence with the command and its last words.</summary>
    public static async Task<string> RunAsync(
        string file, IReadOnlyList<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var answer = await TryAsync(file, arguments, cancellationToken, environment);
        return answer.ExitCode == 0
            ? answer.Text
            : throw new LabException($"`{Command(file, arguments)}` ended with {answer.ExitCode}: {answer.Error}");
    }

    /// <summary>The command as one could type it into a shell.</summary>
    public static string Command(string file, IEnumerable<string> arguments) => string.Join(' ', arguments.Prepend(file).Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./:=,+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new LabException($"{start.FileName} could not be started ({error.Message}); is its package installed? `./run build` says which are needed.");
        }
    }
}
