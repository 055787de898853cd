using System.Text.Json.Nodes;
using Handcarry.Lab.Api;

namespace Handcarry.Lab.Tests.Api;

/// <summary>The definitions that OpenShift publishes, where they are at hand beside the repository.</summary>
internal static class PublishedCrds
{
    private static readonly string Folder = Path.Combine("..", "shared", "fixtures", "crds");

    /// <summary>Names of the files; empty where there are none.</summary>
    public static IReadOnlyList<string> Files { get; } = Root() is { } root
        ? [.. Directory.EnumerateFiles(root, "*.crd.yaml").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The text of a file. Skips the test when it is not there.</summary>
    public static string Text(string file)
    {
        Skip.If(Root() is null, $"the published CRDs are not at hand ({Folder} beside the repository)");
        return File.ReadAllText(Path.Combine(Root()!, file));
    }

    public static JsonObject Read(string file) => (JsonObject)YamlJson.ReadAll(Text(file))[0];

    /// <summary>The one file whose name contains <paramref name="part"/>.</summary>
    public static string FileOf(string part)
    {
        Skip.If(Files.Count == 0, $"the published CRDs are not at hand ({Folder} beside the repository)");
        return Files.Single(file => file.Contains(part, StringComparison.Ordinal));
    }

    private static string? Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return Path.Combine(folder.FullName, Folder) is var path && Directory.Exists(path) ? path : null;
        }
        return null;
    }
}
