using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>
/// A site that outlives the command that started it. The command starts itself again in a session of its own, which runs the demo on the
/// same terminal, hands its exit code over and then only keeps the API server and the operator alive until it is told to end.
/// </summary>
internal static class KeptSite
{
    /// <summary>Environment variable: folder for the file that remembers the last kept site.</summary>
    public const string StateVariable = "HANDCARRY_LAB_STATE";

    private const string HandoverVariable = "HANDCARRY_LAB_HANDOVER";
    private const int Sigterm = 15;
    private const byte EndOfOutput = 0;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Whether this process is the one that stays.</summary>
    public static bool IsDetached => Environment.GetEnvironmentVariable(HandoverVariable) is { Length: > 0 };

    private static string Pointer
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable(StateVariable);
            if (string.IsNullOrEmpty(folder))
            {
                var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
                if (string.IsNullOrEmpty(state))
                    state = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
                folder = Path.Combine(state, "handcarry");
            }

            return Path.Combine(folder, "lab-site");
        }
    }

    /// <summary>Runs this same command line in a process that stays; returns when the demo has ended there.</summary>
    public static async Task<int> LaunchAsync(CancellationToken cancellationToken)
    {
        if (Remembered() is { OwnerProcess: not null } other)
            throw new LabException($"A kept site is still running in {other.Root}; end it first: ./run demo --stop");
        var handover = Path.Combine(Path.GetTempPath(), $"handcarry-handover-{Guid.NewGuid():N}");

        // On a terminal it draws its table itself. Into a pipe we write for it: whoever reads there must see the end although the process stays.
        var start = new ProcessStartInfo("setsid", Self())
        {
            Environment = { [HandoverVariable] = handover },
            RedirectStandardOutput = Console.IsOutputRedirected,
            RedirectStandardError = Console.IsErrorRedirected,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = start.RedirectStandardOutput ? CopyAsync(process.StandardOutput.BaseStream, Console.OpenStandardOutput()) : Task.CompletedTask;
            _ = start.RedirectStandardError ? CopyAsync(process.StandardError.BaseStream, Console.OpenStandardError()) : Task.CompletedTask;
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (!process.HasExited && !File.Exists(handover))
                await timer.WaitForNextTickAsync(cancellationToken);
            await output;
            return File.Exists(handover)
                ? int.Parse(await File.ReadAllTextAsync(handover, cancellationToken), CultureInfo.InvariantCulture)
                : process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Signal(process.Id);
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode;
        }
        finally
        {
            File.Delete(handover);
        }
    }

    /// <summary>Remembers the site, says how to talk to it, lets the terminal go, and waits to be told to end.</summary>
    public static async Task HoldAsync(LabSite site, IReporter reporter, int exitCode, CancellationToken cancellationToken)
    {
        site.WriteEnvironment();
        Directory.CreateDirectory(Path.GetDirectoryName(Pointer)!);
        await File.WriteAllTextAsync(Pointer, site.Folder.Root, CancellationToken.None);
        foreach (var (what, command) in (ReadOnlySpan<(string, string)>)
        [
            ("the page, at any node", site.Nodes[0].Page.ToString()),
            ("ask any agent", "./run cli status"),
            ("ask the API server", site.Curl($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}")),
            ("kubectl, oc", $"export KUBECONFIG={site.Folder.Kubeconfig}"),
            ("the CLI's settings", site.Folder.Environment),
            ("read what the agents say", $"tail -f {site.Folder.Root}/lab/*/agent.log"),
            ("end it", "./run demo --stop"),
        ])
        {
            reporter.Tell(new Fact("kept", $"{what}: {command}", ("what", what), ("command", command)));
        }

        var handover = Environment.GetEnvironmentVariable(HandoverVariable)!;
        LetTerminalGo();
        await File.WriteAllTextAsync(handover + ".new", exitCode.ToString(CultureInfo.InvariantCulture), CancellationToken.None);
        File.Move(handover + ".new", handover);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            File.Delete(Pointer);
        }
    }

    /// <summary>Ends the site that was kept last and clears away everything of it.</summary>
    public static async Task<int> StopAsync(TextWriter output)
    {
        if (Remembered() is not { } folder)
        {
            await output.WriteLineAsync("No site was kept.");
            return 0;
        }

        if (folder.OwnerProcess is { } owner)
        {
            Signal(owner);
            using var patience = new CancellationTokenSource(Patience);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            try
            {
                while (folder.OwnerProcess is not null)
                    await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                using var process = Process.GetProcessById(owner);
                process.Kill();
            }
        }

        await SiteSweep.RunAsync(folder, delete: true);
        File.Delete(Pointer);
        await output.WriteLineAsync($"The site in {folder.Root} is ended and cleared away.");
        return 0;
    }

    private static SiteFolder? Remembered() =>
        File.Exists(Pointer) && File.ReadAllText(Pointer).Trim() is { Length: > 0 } root && Directory.Exists(root) ? SiteFolder.Open(root) : null;

    private static IEnumerable<string> Self()
    {
        // Under `dotnet handcarry-lab.dll` the process is dotnet and the first argument the program.
        var arguments = Environment.GetCommandLineArgs();
        return Path.GetFileName(Environment.ProcessPath) == "dotnet"
            ? arguments.Prepend(Environment.ProcessPath!)
            : arguments.Skip(1).Prepend(Environment.ProcessPath!);
    }

    private static async Task CopyAsync(Stream from, Stream to)
    {
        var buffer = new byte[1 << 14];
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            var end = Array.IndexOf(buffer, EndOfOutput, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, end < 0 ? read : end));
            await to.FlushAsync();
            if (end >= 0)
                return;
        }
    }

    private static void LetTerminalGo()
    {
        if (Console.IsOutputRedirected)
            Console.Out.Write((char)EndOfOutput);
        Console.Out.Flush();
        using var nowhere = new FileStream("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        for (var standard = 0; standard <= 2; standard++)
        {
            if (Duplicate((int)nowhere.SafeFileHandle.DangerousGetHandle(), standard) < 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static void Signal(int process)
    {
        if (Kill(process, Sigterm) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int from, int to);
}
