namespace Handcarry.Deploy.Tests;

/// <summary>The image of this build's programs, in a container storage of its own, and containers of it as the DaemonSet has them.</summary>
public sealed class AgentImage : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("handcarry-image-").FullName;

    // Limits as in hosts/lab/Site/ContainerStore.cs: podman fails on a machine that may not raise them.
    private string[] Podman =>
    [
        "podman", "--log-level", "error", "--root", $"{_folder}/root", "--runroot", $"{_folder}/run", "--tmpdir", $"{_folder}/tmp", "--storage-driver", "overlay",
        "--cgroup-manager", "cgroupfs", .. ShellTool.Has("runc") ? (string[])["--runtime", "runc"] : [],
    ];

    /// <summary>Why there is none; null when there is.</summary>
    public string? Lacking { get; private set; } = !Environment.IsPrivilegedProcess ? "only root can run the container of an agent"
        : !ShellTool.Has("podman") ? "there is no podman"
        : null;

    /// <summary>Name of the image, as deploy/ has it.</summary>
    public static string Name { get; } = Deployment.Agents.Containers.Single().Text("image");

    public async Task InitializeAsync()
    {
        if (Lacking is not null)
            return;
        await BuiltProgram.CopyAsync(Path.Combine(_folder, "program"));
        await ShellTool.RunAsync(Repository.At("deploy/image/context"), Path.Combine(_folder, "program"), Path.Combine(_folder, "context"));
        await RunAsync("build", "--quiet", "--network=none", "--timestamp=0", "--tag", Name, "--file", Repository.At("deploy/image/Containerfile"), Path.Combine(_folder, "context"));
        var (exit, said) = await TryAsync(Start("handcarry-agent", "--help"));
        if (exit == 125)
            Lacking = $"podman cannot run a container here: {said}";
    }

    public async Task<string> RunAsync(params string[] arguments) => await ShellTool.RunAsync(Podman[0], [.. Podman[1..], .. arguments]);

    public async Task<(int Exit, string Said)> TryAsync(params string[] arguments) => await ShellTool.TryAsync(Podman[0], [.. Podman[1..], .. arguments]);

    /// <summary>The arguments of podman that run what the image has, with what the DaemonSet gives it.</summary>
    public static string[] Start(params string[] command) =>
        ["run", "--rm", .. OfThePod, Name, .. command];

    /// <summary>A program that takes the place of the agent and runs it in a container by this name.</summary>
    public string Launcher(string container)
    {
        var file = Path.Combine(_folder, container);
        File.WriteAllText(file, $"#!/bin/sh\nexec {string.Join(' ', Podman)} run --rm --env-host --name {container} {string.Join(' ', OfThePod)} {Name} handcarry-agent \"$@\"\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return file;
    }

    public async Task DisposeAsync()
    {
        if (ShellTool.Has("podman") && Environment.IsPrivilegedProcess)
            await TryAsync("rm", "--all", "--force", "--time", "10");
        // Only what is empty, in case an agent runs on this machine.
        await ShellTool.TryAsync("rmdir", "/run/handcarry/pod/program", "/run/handcarry/pod/config", "/run/handcarry/pod", "/run/handcarry");
        await ShellTool.RunAsync("rm", "-rf", "--one-file-system", _folder);
    }

    private static string[] OfThePod =>
    [
        "--privileged", "--read-only", "--network=host", "--pid=host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--volume", "/:/host:rslave",
    ];
}
