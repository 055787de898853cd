using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Load;

/// <summary>
/// A program of this machine with its libraries, for a layer: skopeo, which is written in Go and has the size of those in genuine images.
/// </summary>
internal sealed class ProgramFiles
{
    private const string Program = "/usr/bin/skopeo";

    private readonly IReadOnlyList<string> _files;

    private ProgramFiles(IReadOnlyList<string> files) => _files = files;

    /// <summary>How to run it to its end: it is loaded, and prints its version.</summary>
    public static IReadOnlyList<string> Command => [Program, "--version"];

    /// <summary>Finds out which libraries it needs.</summary>
    public static async Task<ProgramFiles> FindAsync(CancellationToken cancellationToken)
    {
        // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", and the loader alone on its line (ldd(1)).
        var needed = await Tool.RunAsync("ldd", [Program], cancellationToken);
        var libraries = needed.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(static words => Array.Find(words, static word => word.StartsWith('/'))).OfType<string>();
        return new ProgramFiles([Program, .. libraries.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Adds all of it to a layer, under the paths it has here.</summary>
    public void AddTo(LayerWriter layer)
    {
        foreach (var file in _files)
            layer.File(file[1..], File.ReadAllBytes(file), 0b111_101_101);
    }
}
