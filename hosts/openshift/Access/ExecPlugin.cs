using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Handcarry.Hosts.OpenShift.Api;

namespace Handcarry.Hosts.OpenShift.Access;

/// <summary>
/// Runs the credential plugin of a kubeconfig's user (client.authentication.k8s.io/v1 and v1beta1; kubernetes.io, "client-go credential plugins"): it is told in
/// KUBERNETES_EXEC_INFO what is wanted, and prints an ExecCredential. What it has to say to the user goes to standard error, which is this process's own.
/// </summary>
internal static class ExecPlugin
{
    // Some open a browser and wait for the user.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Throws <see cref="ArgumentException"/>, naming the kubeconfig and the plugin.</summary>
    public static async Task<BearerToken> RunAsync(string path, ExecSection plugin, string server, CancellationToken cancellationToken)
    {
        if (plugin.ApiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw Failed(path, plugin, $"its apiVersion is \"{plugin.ApiVersion}\", which is none that is known");
        var start = new ProcessStartInfo(CommandOf(path, plugin), plugin.Args) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in plugin.Env.Select(one => (one.Name, one.Value)))
            start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = Wanted(plugin, server);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            try
            {
                var said = await process.StandardOutput.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0 ? Read(path, plugin, said) : throw Failed(path, plugin, $"it ended with status {process.ExitCode}");
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                throw Failed(path, plugin, $"it did not end within {Patience.TotalMinutes} minutes");
            }
        }
        catch (Win32Exception e)
        {
            throw Failed(path, plugin, $"it cannot be started: {e.Message}{(plugin.InstallHint.Length > 0 ? $"; {plugin.InstallHint.Trim()}" : "")}");
        }
    }

    // With a folder in its name it counts from the kubeconfig's; else PATH is searched.
    private static string CommandOf(string path, ExecSection plugin) =>
        plugin.Command.Contains('/', StringComparison.Ordinal) ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, plugin.Command) : plugin.Command;

    private static string Wanted(ExecSection plugin, string server)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (plugin.ProvideClusterInfo)
            spec["cluster"] = new JsonObject { ["server"] = server };
        return new JsonObject { ["apiVersion"] = plugin.ApiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    private static BearerToken Read(string path, ExecSection plugin, string said)
    {
        try
        {
            using var document = JsonDocument.Parse(said);
            var (root, status) = (document.RootElement, document.RootElement.At("status"));
            if (root.TextAt("kind") != "ExecCredential" || root.TextAt("apiVersion") != plugin.ApiVersion)
                throw Failed(path, plugin, $"it printed no ExecCredential of {plugin.ApiVersion}");
            if (status.TextAt("token") is not { Length: > 0 } token)
                throw Failed(path, plugin, status.TextAt("clientCertificateData").Length > 0 ? "it gave a client certificate, and agents need a token" : "it gave no token");
            return new BearerToken(token, status.At("expirationTimestamp") is { ValueKind: JsonValueKind.String } end && end.TryGetDateTimeOffset(out var until) ? until : null);
        }
        catch (JsonException e)
        {
            throw Failed(path, plugin, $"it did not print JSON ({e.Message})");
        }
    }

    private static ArgumentException Failed(string path, ExecSection plugin, string why) =>
        new($"{path} has your token from the plugin {plugin.Command}, which does not give it: {why}. Log in with what brought the plugin, or set HANDCARRY_TOKEN.");
}
