using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>The folder in which file systems are mounted for a moment.</summary>
internal static class MountFolder
{
    /// <summary>Makes it, and takes away what an agent left that was killed in such a moment.</summary>
    public static void Prepare(string folder, string procRoot)
    {
        Directory.CreateDirectory(folder);
        foreach (var point in new MountTable(procRoot).PointsBelow(folder))
            _ = LibC.Unmount(point, LibC.UnmountDetached | LibC.UnmountNoFollow);
        foreach (var point in Directory.EnumerateDirectories(folder))
            Directory.Delete(point);
    }
}
