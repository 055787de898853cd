namespace Handcarry.Cli.Tests;

/// <summary>Where the sources are that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Actors.sln")))
            root = Path.GetDirectoryName(root)!;
        return root;
    }
}
