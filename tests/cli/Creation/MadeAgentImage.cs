using Handcarry.Lab.Release;

namespace Handcarry.Cli.Tests.Creation;

/// <summary>The archive of an agent's image as <c>./run package</c> makes it, by podman in a storage of its own, with little in it.</summary>
internal static class MadeAgentImage
{
    public static async Task<string> MakeAsync(TempFolder folder, string name, string? label = null, string? arch = null)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root: podman makes the image in a storage of its own");
        Skip.IfNot(File.Exists("/usr/bin/podman"), "podman is not installed");
        Directory.CreateDirectory(folder["context/handcarry"]);
        await File.WriteAllTextAsync(folder["context/handcarry/enter"], string.Join('\n', Enumerable.Range(0, 50_000)));
        string[] podman = ["--log-level", "error", "--root", folder["storage/root"], "--runroot", folder["storage/run"], "--tmpdir", folder["storage/tmp"], "--storage-driver", "overlay"];
        var archive = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(archive)!);
        await Tool.RunAsync("podman", "/", [.. podman, "build", "--quiet", "--network=none", "--timestamp=0", "--tag", "localhost/handcarry/agent:test", "--arch", arch ?? new ReleaseOptions().GoArch, .. label is null ? Array.Empty<string>() : ["--label", label], "--file", Path.Combine(Repository.Root, "deploy/image/Containerfile"), folder["context"]]);
        await Tool.RunAsync("podman", "/", [.. podman, "save", "--quiet", "--format", "oci-archive", "--output", archive, "localhost/handcarry/agent:test"]);
        await Tool.RunAsync("podman", "/", [.. podman, "rmi", "--all", "--force"]);
        // The storage was mounted onto itself while podman ran.
        await Tool.RunAsync("sh", "/", "-c", $"umount {folder["storage/root"]}/overlay 2>/dev/null; true");
        return archive;
    }
}
