namespace Handcarry.Lab.Site;

/// <summary>Where the agent's program is.</summary>
internal static class AgentProgram
{
    /// <summary>Environment variable that names another one.</summary>
    public const string Variable = "HANDCARRY_AGENT";

    private const string Name = "handcarry-agent";

    /// <summary>
    /// The one that the variable names, else the one beside this program, else the one of the same build:
    /// <c>hosts/agent/bin/CONFIGURATION/FRAMEWORK/</c>, some folders above.
    /// </summary>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new LabException($"{Variable} names {named}, which does not exist.");
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var beside = Path.Combine(here.FullName, Name);
        if (File.Exists(beside))
            return beside;
        for (var folder = here; folder is not null; folder = folder.Parent)
        {
            var built = Path.Combine(folder.FullName, "hosts", "agent", "bin", here.Parent!.Name, here.Name, Name);
            if (File.Exists(built))
                return built;
        }

        throw new LabException($"{Name} was not found: build it first (`./run build`), or name it with {Variable}.");
    }
}
