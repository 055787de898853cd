namespace Handcarry.Deploy.Tests;

/// <summary>The archive of this build's programs, made once for all tests of installing.</summary>
public sealed class BuiltArchive : IAsyncLifetime
{
    // Not in /tmp, which a machine with a systemd of its own hides.
    private readonly string _folder = Directory.CreateDirectory($"/var/tmp/handcarry-archive-{Guid.NewGuid():n}").FullName;

    /// <summary>Why there is none; null when there is.</summary>
    public string? Lacking { get; } = !Environment.IsPrivilegedProcess ? "only root can install"
        : !ShellTool.Has("systemctl") ? "there is no systemctl to enable a service with"
        : null;

    public string File => Path.Combine(_folder, "handcarry-1.0.0-x86_64.tar.gz");

    public async Task InitializeAsync()
    {
        if (Lacking is not null)
            return;
        await BuiltProgram.CopyAsync(Path.Combine(_folder, "program"));
        await MakeAsync(_folder);
        await ShellTool.RunAsync("tar", "-C", _folder, "-xzf", File);
    }

    /// <summary>Makes it anew in another folder; where it is.</summary>
    public async Task<string> MakeAsync(string folder) =>
        (await ShellTool.RunAsync(Repository.At("deploy/package/archive"), Path.Combine(_folder, "program"), "1.0.0", "x86_64", folder)).Trim();

    /// <summary>The unpacked archive. Another version than 1.0.0 is the same but for what VERSION says, as it would be in its archive.</summary>
    public string Unpacked(string version)
    {
        var folder = Path.Combine(_folder, $"handcarry-{version}-x86_64");
        if (Directory.Exists(folder))
            return folder;
        Directory.CreateDirectory(folder);
        foreach (var entry in Directory.EnumerateFiles(Unpacked("1.0.0")))
            System.IO.File.Copy(entry, Path.Combine(folder, Path.GetFileName(entry)));
        System.IO.File.WriteAllText(Path.Combine(folder, "VERSION"), version + "\n");
        ShellTool.RunAsync("cp", "-al", Path.Combine(Unpacked("1.0.0"), "bin"), folder).GetAwaiter().GetResult();
        return folder;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
