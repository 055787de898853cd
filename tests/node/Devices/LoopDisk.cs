using Handcarry.Hosts.Node.Devices;

namespace Handcarry.Hosts.Node.Tests.Devices;

/// <summary>A loop device that can be written to.</summary>
internal sealed class LoopDisk : IAsyncDisposable
{
    private LoopDisk(string path, string image) => (Path, Image) = (path, image);

    public string Path { get; }

    /// <summary>The file that holds its content.</summary>
    public string Image { get; }

    public DeviceFacts Facts => new BlockDevices().Find(Path);

    public static async Task<LoopDisk> AttachAsync(string image, params string[] options)
    {
        // Others on this machine take loop devices too; losetup finds a free one and loses it now and then.
        for (var attempt = 1; ; attempt++)
        {
            var result = await Tool.TryAsync("losetup", [.. options, "--find", "--show", image]);
            if (result.ExitCode == 0)
                return new LoopDisk(result.Output.Trim(), image);
            Skip.If(attempt == 20, $"no loop device can be had: {result.LastErrorLine}");
        }
    }

    public static void Need(params string[] programs)
    {
        Tool.NeedRoot();
        Tool.Need(["losetup", .. programs]);
        Skip.IfNot(File.Exists("/dev/loop-control"), "this machine has no loop devices");
    }

    public async ValueTask DisposeAsync() => await Tool.RunAsync("losetup", "--detach", Path);
}
