using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Handcarry.Streams.Registry.Client;

namespace Handcarry.Cli.Commands;

/// <summary>The options that say how registries are reached.</summary>
internal sealed class RegistryOptions
{
    private readonly Option<FileInfo?> _pullSecret = new("--pull-secret", "--authfile") { Description = "Credentials, as podman and docker keep them. Default: REGISTRY_AUTH_FILE, then where podman and docker look.", HelpName = "FILE" };
    private readonly Option<string[]> _mirror = new("--mirror") { Description = "Reach SOURCE (a host, or a host and path) at MIRROR first, such as quay.io=mirror.example.com:5000/quay; repeatable.", HelpName = "SOURCE=MIRROR" };
    private readonly Option<bool> _mirrorsOnly = new("--mirrors-only") { Description = "Never ask a source that has mirrors." };
    private readonly Option<FileInfo[]> _ca = new("--registry-ca") { Description = "PEM file of an authority that is believed besides those of this machine; repeatable.", HelpName = "FILE" };
    private readonly Option<string[]> _insecure = new("--insecure-registry") { Description = "A registry that may have any certificate, or speak plain HTTP; repeatable.", HelpName = "HOST[:PORT]" };
    private readonly Option<int> _connections = new("--connections") { Description = "Blobs fetched at the same time, 1 to 64.", HelpName = "N", DefaultValueFactory = _ => 8 };
    private readonly Option<int> _giveUp = new("--give-up-after") { Description = "Minutes without a single byte after which a registry is given up, 1 to 1440.", HelpName = "MINUTES", DefaultValueFactory = _ => 10 };

    public RegistryOptions()
    {
        Range(_connections, 1, 64);
        Range(_giveUp, 1, 1440);
    }

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _pullSecret, _mirror, _mirrorsOnly, _ca, _insecure, _connections, _giveUp })
            command.Options.Add(option);
    }

    public int Connections(ParseResult parsed) => parsed.GetValue(_connections);

    /// <exception cref="CliException">A mirror or a certificate file cannot be read.</exception>
    public RegistryClientOptions Resolve(ParseResult parsed, IReadOnlyDictionary<string, string> environment) => new()
    {
        Auth = Secret(parsed, environment) is { } file ? AuthFile.Load(file) : null,
        Mirrors = [.. (parsed.GetValue(_mirror) ?? []).Select(static text => RegistryMirror.TryParse(text, out var mirror)
            ? mirror
            : throw new CliException(ExitCode.Usage, $"--mirror {text}: expected SOURCE=MIRROR, such as quay.io=mirror.example.com:5000/quay."))],
        MirrorsOnly = parsed.GetValue(_mirrorsOnly),
        InsecureRegistries = parsed.GetValue(_insecure) ?? [],
        ExtraCertificateAuthorities = Authorities(parsed.GetValue(_ca) ?? []),
        GiveUpAfter = TimeSpan.FromMinutes(parsed.GetValue(_giveUp)),
        ConnectionsPerHost = Connections(parsed),
    };

    // containers-auth.json(5): what was named, then where podman and docker keep theirs.
    private string? Secret(ParseResult parsed, IReadOnlyDictionary<string, string> environment)
    {
        if ((parsed.GetValue(_pullSecret)?.FullName ?? environment.GetValueOrDefault("REGISTRY_AUTH_FILE")) is { Length: > 0 } named)
            return named;
        var home = environment.GetValueOrDefault("HOME") ?? "/";
        return new[]
        {
            environment.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } runtime ? Path.Combine(runtime, "containers", "auth.json") : "",
            Path.Combine(environment.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } config ? config : Path.Combine(home, ".config"), "containers", "auth.json"),
            Path.Combine(home, ".docker", "config.json"),
        }.FirstOrDefault(File.Exists);
    }

    private static X509Certificate2Collection? Authorities(FileInfo[] files)
    {
        if (files.Length == 0)
            return null;
        var authorities = new X509Certificate2Collection();
        foreach (var file in files)
        {
            try
            {
                authorities.ImportFromPemFile(file.FullName);
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Usage, $"--registry-ca {file}: {e.Message}", e);
            }
        }
        return authorities;
    }

    private static void Range(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most))
            result.AddError($"{option.Name} takes {least} to {most}.");
    });
}
