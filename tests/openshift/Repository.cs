namespace Handcarry.Hosts.OpenShift.Tests;

/// <summary>Files of the repository these tests were built from.</summary>
internal static class Repository
{
    public static string File(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return Path.Combine(folder.FullName, path);
        throw new InvalidOperationException($"No Actors.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
