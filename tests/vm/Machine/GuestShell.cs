using System.Diagnostics;
using Handcarry.Lab.Site;

namespace Handcarry.Vm.Machine;

/// <summary>Commands in the machine: one connection of ssh, over which all of them go.</summary>
internal sealed class GuestShell : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Process _connection;
    private readonly string _socket;

    private GuestShell(Process connection, string socket) => (_connection, _socket) = (connection, socket);

    /// <summary>Connects as soon as the machine lets it.</summary>
    public static async Task<GuestShell> ConnectAsync(string key, int port, string socket, Process machine, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-M", "-N", "-S", socket, "-F", "none", "-i", key, "-p", $"{port}", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=20", "-o", "ExitOnForwardFailure=yes", "root@127.0.0.1",
        ];
        while (true)
        {
            // Until sshd listens, QEMU takes connections and drops them.
            var connection = Process.Start(new ProcessStartInfo("ssh", arguments) { RedirectStandardInput = true, RedirectStandardError = true })!;
            try
            {
                while (!connection.HasExited)
                {
                    if (File.Exists(socket) && (await Tool.TryAsync("ssh", ["-S", socket, "-O", "check", "guest"], cancellationToken)).ExitCode == 0)
                        return new GuestShell(connection, socket);
                    await Task.Delay(Pause, cancellationToken);
                }
            }
            catch
            {
                await EndAsync(connection);
                throw;
            }

            connection.Dispose();
            if (machine.HasExited)
                throw new MachineException("The machine ended while it started.");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Runs a script of the shell and returns what it printed.</summary>
    /// <exception cref="MachineException">It ended with another code than 0.</exception>
    public async Task<string> RunAsync(string script, CancellationToken cancellationToken)
    {
        var answer = await Tool.TryAsync("ssh", ["-S", _socket, "guest", $"set -e; {script}"], cancellationToken);
        return answer.ExitCode == 0
            ? answer.Text.Trim()
            : throw new MachineException(
                _connection.HasExited
                    ? $"The connection to the machine is gone (ssh ended with {_connection.ExitCode}), so `{script}` could not be run there. Look whether QEMU or ssh was ended from outside."
                    : $"In the machine, `{script}` ended with {answer.ExitCode}: {answer.Error} {answer.Text.Trim()}");
    }

    /// <summary>Starts a command whose output is read while it runs. Whoever has it ends it.</summary>
    public Process Start(string command) =>
        Process.Start(new ProcessStartInfo("ssh", ["-S", _socket, "guest", command]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>Writes a file there.</summary>
    public async Task WriteAsync(string path, string text, CancellationToken cancellationToken) =>
        await RunAsync($"echo {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))} | base64 -d > {path}", cancellationToken);

    /// <summary>Lets the machine reach a port of this one, on loopback, by the same address there.</summary>
    public Task OpenPortAsync(int port, CancellationToken cancellationToken) =>
        Tool.RunAsync("ssh", ["-S", _socket, "-O", "forward", "-R", $"127.0.0.1:{port}:127.0.0.1:{port}", "guest"], cancellationToken);

    /// <summary>Takes that back.</summary>
    public Task ClosePortAsync(int port, CancellationToken cancellationToken) =>
        Tool.TryAsync("ssh", ["-S", _socket, "-O", "cancel", "-R", $"127.0.0.1:{port}:127.0.0.1:{port}", "guest"], cancellationToken);

    public async ValueTask DisposeAsync() => await EndAsync(_connection);

    private static async Task EndAsync(Process connection)
    {
        using (connection)
        {
            if (!connection.HasExited)
                connection.Kill();
            await connection.WaitForExitAsync(CancellationToken.None);
        }
    }
}
