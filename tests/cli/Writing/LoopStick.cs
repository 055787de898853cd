using System.Diagnostics;

namespace Handcarry.Cli.Tests.Writing;

/// <summary>A loop device that stands in for a stick, full of the letter z.</summary>
internal sealed class LoopStick : IDisposable
{
    private LoopStick(string path, string image) => (Path, Image) = (path, image);

    public string Path { get; }

    public string Image { get; }

    /// <summary>What it holds.</summary>
    public byte[] Content => File.ReadAllBytes(Image);

    public static LoopStick Insert(string image, int size)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "only root can do this");
        Skip.IfNot(File.Exists("/dev/loop-control") && File.Exists("/usr/sbin/losetup"), "this machine has no loop devices");
        var bytes = new byte[size];
        bytes.AsSpan().Fill((byte)'z');
        File.WriteAllBytes(image, bytes);

        // Others on this machine take loop devices too; losetup finds a free one and loses it now and then.
        for (var attempt = 1; ; attempt++)
        {
            var (exit, output) = Run("--find", "--show", image);
            if (exit == 0)
                return new LoopStick(output.Trim(), image);
            Skip.If(attempt == 20, "no loop device can be had");
        }
    }

    public void Dispose() => Run("--detach", Path);

    private static (int Exit, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/sbin/losetup", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
