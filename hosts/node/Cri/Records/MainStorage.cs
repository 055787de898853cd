using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Cri.Records;

/// <summary>The folder of the runtime's own storage on the host: as it is set, as the runtime says, or as the host's files say.</summary>
public static class MainStorage
{
    // CRI-O tells the folder of its records of images, as ImageFsInfo asks for (server/image_fs_info.go).
    private const string Images = "/overlay-images";

    /// <summary>The folder as the host sees it.</summary>
    /// <param name="set"><c>load.runtimeStorage</c>; empty when nothing is set.</param>
    /// <param name="root">The folder at which this process sees the host's root.</param>
    /// <param name="runtime">The runtime; null when there is none to be asked.</param>
    /// <param name="cancellationToken">Stops waiting for the runtime.</param>
    public static async ValueTask<string> FindAsync(string set, string root, IContainerRuntime? runtime, CancellationToken cancellationToken)
    {
        if (set.Length > 0)
            return set.TrimEnd('/');
        if (runtime is not null && await SaidAsync(runtime, cancellationToken) is { } said && Directory.Exists(HostPath.Below(root, said)))
            return said;
        return RuntimeGraphRoot.Of(root);
    }

    private static async ValueTask<string?> SaidAsync(IContainerRuntime runtime, CancellationToken cancellationToken)
    {
        try
        {
            return (await runtime.FactsAsync(cancellationToken)).ImageFolders.FirstOrDefault(static folder => folder.Length > Images.Length && folder.EndsWith(Images, StringComparison.Ordinal))?[..^Images.Length];
        }
        catch (RuntimeException)
        {
            return null;
        }
    }
}
