namespace Handcarry.Streams.Tests.Signatures;

/// <summary>Genuine keys and signatures, read where they are.</summary>
internal static class Fixtures
{
    public static string Path(params string[] names)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "Actors.sln")))
                continue;
            var path = System.IO.Path.Combine([folder.Parent!.FullName, "shared", "fixtures", .. names]);
            Skip.IfNot(System.IO.Path.Exists(path), "genuine keys and signatures are not at hand");
            return path;
        }
        throw new SkipException("the tests do not run from the repository, so genuine keys and signatures are not at hand");
    }
}
