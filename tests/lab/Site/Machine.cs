using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Site;

/// <summary>What this machine can do.</summary>
internal static class Machine
{
    public static bool HasContainerTools => Environment.IsPrivilegedProcess && Has("skopeo") && Has("podman") && Has("runc");

    public const string NoContainerTools = "needs root, skopeo, podman and runc";

    public static async Task<bool> CanMakeLoopDevicesAsync(string folder)
    {
        if (!LoopMedium.IsPossible)
            return false;
        var file = Path.Combine(folder, "probe");
        await File.WriteAllBytesAsync(file, new byte[4096]);
        var answer = await Tool.TryAsync("losetup", ["--find", "--show", "--read-only", file], CancellationToken.None);
        if (answer.ExitCode != 0)
            return false;
        await Tool.RunAsync("losetup", ["--detach", answer.Text.Trim()], CancellationToken.None);
        return true;
    }

    private static bool Has(string program) =>
        "/usr/bin:/usr/sbin:/bin:/sbin".Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
