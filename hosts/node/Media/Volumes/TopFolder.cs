using System.Runtime.InteropServices;
using System.Text;
using Handcarry.Hosts.Node.Native;
using Handcarry.Streams.Content;
using Microsoft.Win32.SafeHandles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>The names in a folder that belong to bundles.</summary>
internal static unsafe class TopFolder
{
    // struct dirent of 64-bit Linux (bits/dirent.h): the name begins at byte 19 and ends with a zero.
    private const int NameOffset = 19;

    /// <summary>
    /// Looks at no more than <paramref name="most"/> names, as the file system orders them; <paramref name="more"/> tells whether that was all.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public static List<BundleFileName> List(SafeFileHandle folder, int most, out bool more, CancellationToken ct)
    {
        more = false;
        // The listing owns its descriptor.
        var own = LibC.OpenAt((int)folder.DangerousGetHandle(), ".", LibC.ReadOnly | LibC.OnlyFolder | LibC.CloseOnExec);
        var listing = own < 0 ? 0 : LibC.OpenListing(own);
        if (listing == 0)
            throw Failure();
        try
        {
            var names = new List<BundleFileName>();
            Marshal.SetLastSystemError(0);
            for (var seen = 0; LibC.ReadListing(listing) is var entry && entry != null; seen++)
            {
                ct.ThrowIfCancellationRequested();
                more = seen == most;
                if (more)
                    return names;
                if (BundleFileName.TryParse(Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameOffset)), out var name))
                    names.Add(name);
            }
            return Marshal.GetLastPInvokeError() == 0 ? names : throw Failure();
        }
        finally
        {
            _ = LibC.CloseListing(listing);
        }
    }

    private static IOException Failure()
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(LibC.Describe(error), error);
    }
}
