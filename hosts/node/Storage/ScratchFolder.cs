using Handcarry.Hosts.Node.Processes;

namespace Handcarry.Hosts.Node.Storage;

/// <summary>Folders that hold the files of layers for a while.</summary>
internal static class ScratchFolder
{
    /// <summary>What tools get to know: messages in English, a home that says nothing.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string> { ["HOME"] = "/root", ["LC_ALL"] = "C" };

    /// <summary>
    /// Removes a folder with all that is in it. The work is left to rm: layers hold names that are not UTF-8, which .NET cannot delete, and, unpacked
    /// without rights, folders that must be made writable first. What cannot be removed stays for the next time.
    /// </summary>
    public static async ValueTask RemoveAsync(string folder, IProcessRunner runner)
    {
        foreach (var (program, arguments) in ((string, string[])[])[("rm", ["-rf", "--one-file-system", "--", folder]), ("chmod", ["-R", "u+rwX", "--", folder]), ("rm", ["-rf", "--one-file-system", "--", folder])])
        {
            if (Directory.Exists(folder))
                await runner.RunAsync(new ProcessCommand(program, arguments) { Timeout = TimeSpan.FromMinutes(30), Environment = Environment }, CancellationToken.None);
        }
    }
}
