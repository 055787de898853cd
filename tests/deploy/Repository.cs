namespace Handcarry.Deploy.Tests;

/// <summary>Files of the repository these tests were built from.</summary>
internal static class Repository
{
    /// <summary>Absolute path of what lies at <paramref name="path"/> in it.</summary>
    public static string At(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return Path.Combine(folder.FullName, path);
        }

        throw new InvalidOperationException($"No Actors.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }

    /// <summary>The version that is built.</summary>
    public static string Version { get; } = System.Xml.Linq.XDocument.Load(At("Directory.Build.props")).Descendants("VersionPrefix").Single().Value;
}
