using Handcarry.Hosts.Node.Arming;

namespace Handcarry.Hosts.Node.Tests.Arming;

/// <summary>
/// What CRI-O does with its configuration at its start, as strict as the strictest release that was measured (1.26): every file of the drop-in folder is
/// read whatever its name, every additional store must be there, and one that cannot be written must have its lock files.
/// </summary>
internal static class CrioStart
{
    /// <summary>The additional stores it comes up with; null when it ends instead.</summary>
    public static IReadOnlyList<string>? Of(string root)
    {
        var stores = new List<string>();
        foreach (var file in Directory.EnumerateFiles(root + "/etc/crio/crio.conf.d").Order(StringComparer.Ordinal))
        {
            var table = "";
            foreach (var line in File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            {
                if (line[0] == '[')
                    table = line;
                else if (!line.Contains('=', StringComparison.Ordinal))
                    return null;
                else if (table == "[crio]" && line.StartsWith("storage_option", StringComparison.Ordinal))
                    stores.AddRange(line.Split('"').Where(part => part.StartsWith("overlay.imagestore=", StringComparison.Ordinal)).Select(part => part[19..]));
            }
        }
        return stores.All(store => File.Exists($"{root}{store}/overlay-images/images.lock") && File.Exists($"{root}{store}/overlay-layers/layers.lock") && Directory.Exists($"{root}{store}/overlay/l"))
            ? stores
            : null;
    }
}
