using System.Text.Json;

namespace Handcarry.Bench.Create;

/// <summary>One <c>handcarry create bundle</c> out of a registry on this machine, as an engineer would run it.</summary>
/// <param name="Run">The process.</param>
/// <param name="Bundle">The bundle's file.</param>
/// <param name="Size">Its bytes.</param>
internal sealed record CreateRun(ProgramRun Run, string Bundle, long Size)
{
    private const string Program = "handcarry";

    /// <summary>Runs it.</summary>
    /// <param name="release">What to make the bundle of.</param>
    /// <param name="registry">Host and port of the registry.</param>
    /// <param name="store">layers, sealed or both.</param>
    /// <param name="output">An empty folder.</param>
    /// <param name="sample">Called twenty times a second while it runs.</param>
    public static async Task<CreateRun> RunAsync(BenchRelease release, string registry, string store, string output, Action? sample = null)
    {
        // No signature is looked for anywhere but in a folder that has none: this is about images.
        var signatures = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(output)!, "signatures")).FullName;
        var run = await ProgramRun.RunAsync(
            Find(),
            [
                "create", "bundle", "--release", release.Name.ToString(), "--store", store, "--output", output, "--signature-store", signatures,
                "--mirror", $"{release.Name.Repository.Split('/')[0]}={registry}", "--mirrors-only", "--insecure-registry", registry, "--format", "json",
            ],
            sample);
        using var created = JsonDocument.Parse(run.Output);
        var bundle = created.RootElement.GetProperty("files")[0].GetString()!;
        return new CreateRun(run, bundle, created.RootElement.GetProperty("size").GetInt64());
    }

    /// <summary>When a stage ended, after the start of the process.</summary>
    public TimeSpan EndOf(string stage) => Run.Error.Last(line => line.Line.Contains($"\"stage\":\"{stage}\"", StringComparison.Ordinal)).At;

    // That of the same build: hosts/cli/bin/CONFIGURATION/FRAMEWORK/, some folders above.
    private static string Find()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "hosts", "cli", "bin", here.Parent!.Name, here.Name, Program);
            if (File.Exists(built))
                return built;
        }
        throw new InvalidOperationException($"{Program} was not found: build it first (`./run build`).");
    }
}
