using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Handcarry.Lab.Tests.Api.Ownership;

/// <summary>The API server's own library for server-side apply, from Debian's Go packages, behind main.go.</summary>
internal static class RealLibrary
{
    private const string Compiler = "/usr/lib/go-1.19/bin/go";
    private const string Sources = "/usr/share/gocode";
    private const string Library = "src/sigs.k8s.io/structured-merge-diff";

    // Kept, so that the library is compiled once on a machine.
    private static string Cache() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "handcarry", "go");

    /// <summary>A line of results for each line of steps. Skips the test where the packages are not installed.</summary>
    public static async Task<string[]> RunAsync(IEnumerable<JsonArray> sequences)
    {
        Skip.IfNot(File.Exists(Compiler) && Directory.Exists(Path.Combine(Sources, Library)),
            "needs the packages golang-1.19-go and golang-k8s-sigs-structured-merge-diff-dev");
        var folder = Directory.CreateTempSubdirectory("ownership-");
        try
        {
            // The package installs version 4 under its name without a version.
            var library = Directory.CreateDirectory(Path.Combine(folder.FullName, Library));
            Directory.CreateSymbolicLink(Path.Combine(library.FullName, "v4"), Path.Combine(Sources, Library));
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "steps"), sequences.Select(static steps => steps.ToJsonString()));
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Api", "Ownership", "main.go"), Path.Combine(folder.FullName, "main.go"));
            var start = new ProcessStartInfo("sh", ["-c", $"{Compiler} build -p 1 -o run main.go && ./run < steps > results"])
            {
                WorkingDirectory = folder.FullName,
                Environment = { ["GO111MODULE"] = "off", ["GOPATH"] = $"{folder.FullName}:{Sources}", ["GOCACHE"] = Cache(), ["GOPROXY"] = "off" },
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, errors);
            return await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "results"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
