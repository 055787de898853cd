using Handcarry.Lab.Site;

namespace Handcarry.Lab.Release;

/// <summary>The statically linked busybox of this machine (Debian package busybox-static), the program in every image.</summary>
internal static class Busybox
{
    private static readonly string[] Places = ["/bin/busybox", "/usr/bin/busybox"];

    public static byte[] Read()
    {
        var path = Array.Find(Places, File.Exists) ?? throw new LabException("There is no /bin/busybox: install the package busybox-static.");
        return File.ReadAllBytes(path);
    }
}
