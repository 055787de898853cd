using System.Text;

namespace Handcarry.Actors.Tests.Scenarios;

/// <summary>
/// A story in text: blocks of events, a line of four dashes, what is expected of them, an empty line. Lines that begin with # are for the
/// reader. With HANDCARRY_REWRITE=1 the expectations are written anew: read the difference before committing it.
/// </summary>
internal static class ScenarioFile
{
    private const string Dashes = "----";

    public static string Folder { get; } = Path.Combine(RepositoryRoot(), "tests", "scenarios");

    public static TheoryData<string> Names(string folder)
    {
        var names = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.txt").Order(StringComparer.Ordinal))
            names.Add(Path.GetFileNameWithoutExtension(file));
        return names;
    }

    public static void Run(string folder, string name, Func<ScenarioLine, IEnumerable<string>> step)
    {
        var path = Path.Combine(Folder, folder, name + ".txt");
        var (expected, actual) = (File.ReadAllText(path), new StringBuilder());
        var output = new List<string>();
        var inExpectation = false;
        var number = 0;
        foreach (var line in expected.Split('\n'))
        {
            number++;
            if (inExpectation && line.Trim().Length > 0)
                continue;
            inExpectation = line == Dashes;
            actual.Append(line).Append('\n');
            if (inExpectation)
            {
                output.ForEach(o => actual.Append(o).Append('\n'));
                output.Clear();
            }
            else if (line.Trim().Length > 0 && line[0] != '#')
            {
                try
                {
                    output.AddRange(step(new ScenarioLine(line)));
                }
                catch (Exception e) when (e is not Xunit.Sdk.XunitException)
                {
                    throw new InvalidOperationException($"{name}.txt line {number}: {line}: {e.Message}", e);
                }
            }
        }

        var text = actual.ToString().TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("HANDCARRY_REWRITE") == "1")
            File.WriteAllText(path, text);
        else
            Assert.Equal(expected.TrimEnd('\n') + "\n", text);
    }

    /// <summary>The folder that holds Actors.sln.</summary>
    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests must run below the folder that holds Actors.sln.");
    }
}
