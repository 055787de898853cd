using System.CommandLine;
using System.Security.Cryptography;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Login;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry login</c> and <c>handcarry logout</c>: a certificate of a client for the user of a kubeconfig.</summary>
internal sealed class LoginCommand
{
    public const string Examples = """
        oc login https://api.site.example:6443 && handcarry login
        handcarry login --contact node-1 --ca site-ca.crt
        """;

    public const string LogoutExamples = """
        handcarry logout
        """;

    public const string Files = """
        $XDG_CONFIG_HOME/handcarry/logins/  the certificates that login has got, one folder for each site (~/.config without XDG_CONFIG_HOME)
        """;

    public LoginCommand(Surroundings surroundings)
    {
        var connection = new ConnectionOptions();
        Login = new Command("login", "Gets a certificate with which you may ask the agents of this site, from one of them, for who your kubeconfig says you are. It is good for 12 hours, and renewed when it is used.");
        connection.AddLoginTo(Login);
        Login.SetAction(async (parsed, cancellationToken) =>
        {
            var (settings, ca) = connection.ResolveLogin(parsed, surroundings);
            var said = await GetAsync(settings, ca, cancellationToken);
            await surroundings.Out.WriteLineAsync(said);
            return ExitCode.Ok;
        });
        var left = new ConnectionOptions();
        Logout = new Command("logout", "Forgets the certificate that login has got.");
        left.AddLoginTo(Logout);
        Logout.SetAction(async (parsed, _) =>
        {
            var forgotten = left.ResolveStore(parsed, surroundings).Delete();
            await surroundings.Out.WriteLineAsync(forgotten ? "Forgotten." : "There was nothing to forget.");
            return ExitCode.Ok;
        });
    }

    public Command Login { get; }

    public Command Logout { get; }

    private static PeerTrust Trust(string ca)
    {
        try
        {
            return LoginStore.TrustIn(TextFile.Read(new FileInfo(ca)));
        }
        catch (CryptographicException e)
        {
            throw new CliException(ExitCode.Usage, $"{ca} cannot be read as certificates of authorities in PEM form: {e.Message}", e);
        }
    }

    private static async Task<string> GetAsync(ConnectionSettings settings, string ca, CancellationToken cancellationToken)
    {
        var trust = ca.Length == 0 ? null : Trust(ca);
        using var doorways = new Doorways(settings, settings.Door!);
        var silent = new List<string>();
        foreach (var doorway in await doorways.FindAsync(cancellationToken))
        {
            try
            {
                return (await ClientLogin.RunAsync(doorway, trust, await settings.Token.CurrentAsync(cancellationToken), settings.Door!.Login!, cancellationToken)).Message;
            }
            catch (IOException e)
            {
                silent.Add($"  {doorway.Name}: {e.Message}\n");
            }
        }
        throw new CliException(ExitCode.NoAgent, $"No agent can be reached.\n{string.Concat(silent)}Check that agents run there, and that --contact, where it is given, names their port for clients, 9244 where nobody has changed it.");
    }
}
