using System.Diagnostics;
using System.Text;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Lab.Site;

namespace Handcarry.Bench.Load;

/// <summary>A real containerd with its images in a folder, which gets everything of quay.io from a mirror.</summary>
internal sealed class Containerd : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1), Look = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;

    private Containerd(Process process, string socket) => (_process, Runtime) = (process, new CriRuntime(new CriOptions { Socket = socket }, TimeProvider.System));

    public int ProcessId => _process.Id;

    public CriRuntime Runtime { get; }

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="folder">A short path: its socket is in it.</param>
    /// <param name="mirror">Host and port.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Containerd> StartAsync(string folder, string mirror, CancellationToken cancellationToken)
    {
        var hosts = Directory.CreateDirectory(Path.Combine(folder, "certs.d", "quay.io")).FullName;
        await File.WriteAllTextAsync(Path.Combine(hosts, "hosts.toml"), $"""
            server = "http://{mirror}"
            [host."http://{mirror}"]
            capabilities = ["pull", "resolve"]
            """, cancellationToken);
        var (configuration, socket) = (Path.Combine(folder, "config.toml"), Path.Combine(folder, "c.sock"));
        await File.WriteAllTextAsync(configuration, $"""
            version = 2
            root = "{folder}/root"
            state = "{folder}/state"
            [grpc]
            address = "{socket}"
            [plugins."io.containerd.internal.v1.opt"]
            path = "{folder}/opt"
            [plugins."io.containerd.grpc.v1.cri"]
            disable_apparmor = true
            disable_tcp_service = true
            [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "{folder}/cni-bin"
            conf_dir = "{folder}/cni"
            [plugins."io.containerd.grpc.v1.cri".registry]
            config_path = "{folder}/certs.d"
            """, cancellationToken);
        var containerd = new Containerd(Start(configuration, out var said), socket);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(StartTime);
            while (!File.Exists(socket))
            {
                if (containerd._process.HasExited)
                    throw new LabException($"containerd ended with {containerd._process.ExitCode}: {said}");
                await Task.Delay(Look, patience.Token);
            }
            await containerd.Runtime.FactsAsync(cancellationToken);
            return containerd;
        }
        catch
        {
            await containerd.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Runtime.Dispose();
        using (_process)
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    private static Process Start(string configuration, out StringBuilder said)
    {
        var start = new ProcessStartInfo("containerd", ["--config", configuration]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        var process = Process.Start(start)!;
        var heard = said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => heard.AppendLine(line.Data);
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }
}
