namespace Handcarry.E2e.Tests;

/// <summary>What a site needs of this machine.</summary>
internal static class Machine
{
    private static readonly string[] Programs = ["skopeo", "podman", "runc", "conmon", "gpg", "gpgv", "busybox"];

    /// <summary>Skips the test with the reason when something is missing.</summary>
    public static void HasWhatASiteNeeds()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root: container storage with the owners of a release's files");
        var missing = Programs.Where(static program => !"/usr/bin:/usr/sbin:/bin:/sbin".Split(':').Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        Skip.If(missing.Count > 0, $"needs {string.Join(", ", missing)}; `./run test` as root installs them");
    }
}
