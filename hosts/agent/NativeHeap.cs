using System.Runtime.InteropServices;

namespace Handcarry.Agent;

/// <summary>
/// How the C library keeps freed memory. Left alone, glibc gives most threads an arena of their own and holds on to blocks of up to 32 MB; the
/// compiler at run time, which uses up some megabytes for moments on whatever thread it runs, makes such gaps in each of them.
/// </summary>
internal static class NativeHeap
{
    // malloc.h of glibc; mallopt(3).
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;
    private const int Threshold = 128 << 10;

    /// <summary>One arena, and whatever of 128 KiB or more is free at its end goes back to the system. Without glibc there is nothing to set.</summary>
    public static void Tighten()
    {
        try
        {
            // 1 is success; a value that is not taken changes nothing, and nothing depends on it.
            _ = Set(ArenaMax, 1) & Set(TrimThreshold, Threshold) & Set(MmapThreshold, Threshold);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library, which has no arenas.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Set(int parameter, int value);
}
