namespace Handcarry.Deploy.Tests;

/// <summary>Agent and command line of this build, side by side as <c>./run package</c> publishes them; only their .NET is this machine's.</summary>
internal static class BuiltProgram
{
    /// <summary>Copies them into <paramref name="folder"/>, without the native parts for other systems.</summary>
    public static async Task CopyAsync(string folder)
    {
        // bin/CONFIGURATION/FRAMEWORK, as this test's own.
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        Directory.CreateDirectory(folder);
        foreach (var program in (string[])["agent", "cli"])
            await ShellTool.RunAsync("cp", "-a", Repository.At($"hosts/{program}/bin/{here.Parent!.Name}/{here.Name}/."), folder);
        foreach (var other in Directory.EnumerateDirectories(Path.Combine(folder, "runtimes")).Where(path => !Path.GetFileName(path).StartsWith("linux-", StringComparison.Ordinal)))
            Directory.Delete(other, recursive: true);
    }
}
