using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Handcarry.Registries;

/// <summary>A real registry, Debian's <c>docker-registry</c>, on a free port of the loopback interface, in a folder of its own.</summary>
public sealed partial class RegistryProcess : IAsyncDisposable
{
    private const string Program = "docker-registry";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);

    private readonly RegistryOptions _options;
    private readonly string _folder;
    private readonly Process _process;

    private RegistryProcess(RegistryOptions options, string folder, Process process, string authority)
    {
        (_options, _folder, _process, Authority) = (options, folder, process, authority);
        Endpoint = new Uri($"{(options.Tls is null ? "http" : "https")}://{authority}");
    }

    /// <summary>Whether this machine has the program.</summary>
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(static folder => File.Exists(Path.Combine(folder, Program)));

    /// <summary>Host and port, as references have them.</summary>
    public string Authority { get; }

    public Uri Endpoint { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts one and waits until it listens.</summary>
    public static async Task<RegistryProcess> StartAsync(RegistryOptions? options = null, CancellationToken ct = default)
    {
        options ??= new RegistryOptions();
        var folder = Directory.CreateTempSubdirectory("handcarry-registry-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "config.yml"), Configuration(options, folder), ct);
        var start = new ProcessStartInfo(Program, ["serve", Path.Combine(folder, "config.yml")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        // It would send traces to a collector.
        start.Environment["OTEL_TRACES_EXPORTER"] = "none";
        var process = Process.Start(start)!;
        try
        {
            var authority = await ListeningAsync(process, ct);
            return new RegistryProcess(options, folder, process, authority);
        }
        catch
        {
            await EndAsync(process);
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Who may push: with a password, or with a token for just that.</summary>
    public AuthenticationHeaderValue? PushAuthorization(string repository) =>
        _options.Htpasswd?.Basic ?? (_options.Token is { } token ? new AuthenticationHeaderValue("Bearer", token.Issue($"repository:{repository}:pull,push")) : null);

    /// <summary>Pushes into a repository of this registry.</summary>
    public RegistryPush Push(string repository) => new(Endpoint, repository, _options.Tls?.Trust, PushAuthorization(repository));

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_process);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task EndAsync(Process process)
    {
        using (process)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
        }
    }

    // It says where when it listens: level=info msg="listening on 127.0.0.1:43211"
    private static async Task<string> ListeningAsync(Process process, CancellationToken ct)
    {
        var said = new StringBuilder();
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
                listening.TrySetException(new InvalidOperationException($"{Program} did not start: {said}"));
            else if (listening.Task.IsCompleted)
                return;
            else if (Listening().Match(line.Data) is { Success: true } match)
                listening.TrySetResult(match.Groups["at"].Value);
            else
                said.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return await listening.Task.WaitAsync(StartTime, ct);
    }

    private static string Configuration(RegistryOptions options, string folder)
    {
        var text = new StringBuilder($$"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {{options.Folder ?? Path.Combine(folder, "data")}}
              maintenance:
                uploadpurging:
                  enabled: false
            http:
              addr: 127.0.0.1:0
              secret: for-tests

            """);
        if (options.Tls is { } authority)
        {
            using var certificate = authority.Issue();
            var (pem, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
            File.WriteAllText(pem, certificate.ExportCertificatePem());
            File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            text.AppendLine($"  tls: {{certificate: {pem}, key: {key}}}");
        }

        if (options.Htpasswd is { } user)
        {
            var htpasswd = Path.Combine(folder, "htpasswd");
            File.WriteAllText(htpasswd, user.HtpasswdLine());
            text.AppendLine($"auth: {{htpasswd: {{realm: tests, path: {htpasswd}}}}}");
        }
        else if (options.Token is { } token)
        {
            var bundle = Path.Combine(folder, "token.pem");
            File.WriteAllText(bundle, token.CertificatePem);
            text.AppendLine($"auth: {{token: {{realm: \"{token.Realm}\", service: {TokenServer.Service}, issuer: {TokenServer.Issuer}, rootcertbundle: {bundle}}}}}");
        }

        return text.ToString();
    }

    [GeneratedRegex("""listening on (?<at>[0-9.]+:[0-9]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Listening();
}
