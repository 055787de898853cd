using System.Runtime.InteropServices;
using Handcarry.Lab.Site;

namespace Handcarry.Vm.Machine;

/// <summary>The machine's second disk: the agent of this build with its .NET runtime and service, certificates, and the keys of ssh. It is found at /opt/carried.</summary>
internal static class CarriedDisk
{
    /// <summary>Puts everything in its place in a machine that has just started. The agent is not started yet.</summary>
    public const string Install =
        "mkdir -p /etc/handcarry; ln -sfn /opt/carried/agent /usr/lib/handcarry; ln -sfn /opt/carried/dotnet /usr/share/dotnet; "
        + "cp /opt/carried/certificates/* /etc/handcarry/; cp /opt/carried/handcarry-agent.service /etc/systemd/system/; systemctl daemon-reload";

    /// <summary>Makes it; tells where it is, and the key with which one logs in.</summary>
    public static async Task<(string Image, string Key)> MakeAsync(SiteFolder folder, string node, CancellationToken cancellationToken)
    {
        var tree = Path.Combine(folder.Root, "carried");
        var ssh = Directory.CreateDirectory(Path.Combine(tree, "ssh")).FullName;
        foreach (var name in (string[])["host", "client"])
            await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", Path.Combine(ssh, name)], cancellationToken);
        var key = Path.Combine(folder.Root, "client-key");
        File.Move(Path.Combine(ssh, "client"), key);

        SiteCertificates.Issue(folder, [node]);
        var certificates = Directory.CreateDirectory(Path.Combine(tree, "certificates")).FullName;
        var (certificate, privateKey) = SiteCertificates.PathsOf(folder, node);
        File.Copy(SiteCertificates.AuthorityPath(folder), Path.Combine(certificates, "ca.crt"));
        File.Copy(certificate, Path.Combine(certificates, "tls.crt"));
        File.Copy(privateKey, Path.Combine(certificates, "tls.key"));

        File.Copy(Path.Combine(AppContext.BaseDirectory, "handcarry-agent.service"), Path.Combine(tree, "handcarry-agent.service"));
        await CopyAsync(Path.GetDirectoryName(AgentProgram.Find())!, Path.Combine(tree, "agent"), cancellationToken);
        await CopyRuntimeAsync(Path.Combine(tree, "dotnet"), cancellationToken);

        var image = Path.Combine(folder.Root, "carried.img");
        await Tool.RunAsync("mke2fs", ["-q", "-t", "ext4", "-O", "^has_journal", "-d", tree, image, "600M"], cancellationToken);
        Directory.Delete(tree, recursive: true);
        return (image, key);
    }

    // What `dotnet` has below its own folder: host/fxr, and shared/NAME/VERSION of both frameworks; this program runs on the same.
    private static async Task CopyRuntimeAsync(string to, CancellationToken cancellationToken)
    {
        var framework = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/'));
        var root = framework.Parent!.Parent!.Parent!.FullName;
        foreach (var part in (string[])["host", $"shared/Microsoft.NETCore.App/{framework.Name}", $"shared/Microsoft.AspNetCore.App/{framework.Name}"])
            await CopyAsync(Path.Combine(root, part), Path.Combine(to, part), cancellationToken);
    }

    private static async Task CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        await Tool.RunAsync("cp", ["-a", "--reflink=auto", from, to], cancellationToken);
    }
}
