using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Sealing;

/// <summary>
/// What a layer may need when it is unpacked. Each is tried, for being root says little: in a user namespace devices and trusted attributes are refused
/// even with mapped ids, skopeo then leaves devices out, and folders that hide what is below them show it again.
/// </summary>
internal static unsafe class SealingRights
{
    // A device (1:3 is /dev/null) and an owner that layers really have.
    private const uint CharacterDevice = 0x2000, Null = 0x103, Somebody = 1000;

    /// <summary>Throws <see cref="Reasons.SealingNotPossible"/> with everything that is missing on the file system of <paramref name="folder"/>.</summary>
    public static void Check(string folder)
    {
        var place = Path.Combine(folder, "rights");
        Directory.CreateDirectory(place);
        try
        {
            var missing = new List<string>();
            Try(LibC.MakeNode(Path.Combine(place, "device"), CharacterDevice, Null), "make devices (CAP_MKNOD outside of a user namespace)");
            Try(LibC.ChangeOwner(place, Somebody, Somebody), "give files to other users (CAP_CHOWN)");
            fixed (byte* value = "y"u8)
            {
                Try(LibC.SetAttribute(place, "trusted.overlay.opaque", value, 1, 0), "set trusted attributes (CAP_SYS_ADMIN outside of a user namespace, and a file system that has them)");
            }
            if (missing.Count > 0)
                throw new ContentException(Reasons.SealingNotPossible, $"A sealed store cannot be made in {folder}, because it is not possible there to {string.Join(", or to ", missing)}. Run as root, choose another scratch folder, or carry plain layers: --store layers.");

            void Try(int result, string what)
            {
                if (result != 0)
                    missing.Add($"{what}: {LibC.LastError()}");
            }
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }
}
