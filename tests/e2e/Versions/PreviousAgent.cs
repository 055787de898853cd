using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests.Versions;

/// <summary>
/// The agent of the version before this one: of the revision that <c>HANDCARRY_PREVIOUS</c> names, else of the one upon which the newest change of the agent has landed
/// (first parents, so a merged branch is one change). Built once for each revision, below <c>out/previous</c>.
/// </summary>
internal static class PreviousAgent
{
    private const string Variable = "HANDCARRY_PREVIOUS";
    private static readonly string[] Sources = ["actors", "cluster-config", "streams", "hosts/agent", "hosts/node", "hosts/openshift"];

    /// <summary>Its program. Skips the test with the reason where it cannot be had.</summary>
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var root = Root();
        Skip.If(root is null, "needs the repository and its history");
        var revision = await RevisionAsync(root, cancellationToken);
        var folder = Path.Combine(root, "out", "previous", revision);
        var program = Path.Combine(folder, "hosts/agent/bin/Release/net10.0/handcarry-agent");
        if (File.Exists(program + ".built"))
            return program;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        await RunAsync("/bin/sh", ["-c", "git -C \"$0\" archive \"$1\" | tar -x -C \"$2\"", root, revision, folder], cancellationToken);
        await RunAsync("nice", ["dotnet", "build", Path.Combine(folder, "hosts/agent"), "-c", "Release", "-v", "quiet", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false"], cancellationToken);
        await File.WriteAllTextAsync(program + ".built", "", cancellationToken);
        return program;
    }

    private static async Task<string> RevisionAsync(string root, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return await GitAsync(root, ["rev-parse", "--verify", $"{named}^{{commit}}"], cancellationToken) ?? throw new InvalidOperationException($"{Variable} names {named}, which is no revision.");
        var changed = await GitAsync(root, ["log", "--first-parent", "-m", "-1", "--format=%H", "HEAD", "--", .. Sources], cancellationToken);
        Skip.If(changed is null or "", "needs git and the repository's history");
        var before = await GitAsync(root, ["rev-parse", "--verify", "--quiet", $"{changed}^1^{{commit}}"], cancellationToken);
        Skip.If(before is null or "", "the history here does not reach back to the version before (a shallow clone); `git fetch --unshallow` gets it");
        return before;
    }

    private static async Task<string?> GitAsync(string root, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Tool.TryAsync("git", ["-C", root, .. arguments], cancellationToken);
            return answer.ExitCode == 0 ? answer.Text.Trim() : null;
        }
        catch (LabException)
        {
            return null;
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var answer = await Tool.TryAsync(program, arguments, cancellationToken);
        Assert.True(answer.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {answer.Text}{answer.Error}");
    }

    // In a worktree .git is a file.
    private static string? Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Actors.sln")))
                return Path.Exists(Path.Combine(folder.FullName, ".git")) ? folder.FullName : null;
        }

        return null;
    }
}
