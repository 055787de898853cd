using System.Diagnostics;
using System.Text;

namespace Handcarry.Streams.Tests.Signatures;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    internal sealed record Answer(int ExitCode, byte[] Output, string Error)
    {
        public string Text => Encoding.UTF8.GetString(Output);
    }

    public static void Need(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        foreach (var program in programs)
            Skip.IfNot(folders.Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");
    }

    public static Answer Try(string program, string[] arguments, byte[]? input = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input ?? []);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return new Answer(process.ExitCode, output.ToArray(), said.Result);
    }

    public static byte[] Run(string program, string[] arguments, byte[]? input = null)
    {
        var answer = Try(program, arguments, input);
        return answer.ExitCode == 0
            ? answer.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {answer.ExitCode}: {answer.Error}");
    }
}
