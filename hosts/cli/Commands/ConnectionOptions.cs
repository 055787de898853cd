using System.CommandLine;
using Handcarry.Cli.Connection;
using Handcarry.ClusterConfig.Options;

namespace Handcarry.Cli.Commands;

/// <summary>The options that every command which talks to agents has, and the environment variables behind them.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>For the help; an option on the command line wins.</summary>
    public const string Environment = """
        HANDCARRY_CONTACT      --contact, separated by commas
        HANDCARRY_CA           --ca
        HANDCARRY_CERTIFICATE  --certificate
        HANDCARRY_KEY          --key
        HANDCARRY_TOKEN        your token at the cluster; else it is taken from the kubeconfig
        KUBECONFIG             --kubeconfig
        """;

    private readonly Option<string[]> _contact = new("--contact")
    {
        Description = $"Remoting endpoint of an agent (port {RemotingOptions.DefaultPort} when none is given); repeatable, any one that answers will do. Environment: HANDCARRY_CONTACT, separated by commas.",
        HelpName = "HOST[:PORT]",
    };

    private readonly Option<string?> _ca = new("--ca") { Description = "PEM file of the site's authority. Environment: HANDCARRY_CA.", HelpName = "FILE" };

    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file of your certificate. Environment: HANDCARRY_CERTIFICATE.", HelpName = "FILE" };

    private readonly Option<string?> _key = new("--key") { Description = "PEM file of its private key. Environment: HANDCARRY_KEY.", HelpName = "FILE" };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig whose current user's token says who you are. Environment: HANDCARRY_TOKEN with the token itself, or KUBECONFIG; default ~/.kube/config.",
        HelpName = "FILE",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "How many seconds an answer may take, 1 to 600.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 10,
    };

    public ConnectionOptions() => _timeout.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 1 or > 600)
            result.AddError("--timeout takes 1 to 600 seconds.");
    });

    public void AddTo(Command command)
    {
        command.Options.Add(_contact);
        command.Options.Add(_ca);
        command.Options.Add(_certificate);
        command.Options.Add(_key);
        command.Options.Add(_kubeconfig);
        command.Options.Add(_timeout);
    }

    /// <summary>Throws <see cref="CliException"/> that names everything that is missing.</summary>
    public ConnectionSettings Resolve(ParseResult parsed, IReadOnlyDictionary<string, string> environment)
    {
        var problems = new List<string>();
        var contacts = new List<Endpoint>();
        var texts = parsed.GetValue(_contact) is { Length: > 0 } given
            ? given
            : Variable("HANDCARRY_CONTACT").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var text in texts)
        {
            if (Endpoint.TryParse(text, RemotingOptions.DefaultPort, out var endpoint))
                contacts.Add(endpoint);
            else
                problems.Add($"\"{text}\" is not a contact: expected HOST or HOST:PORT.");
        }

        if (texts.Length == 0)
            problems.Add("No agent is named: give --contact HOST[:PORT] or set HANDCARRY_CONTACT.");
        var tls = new TlsOptions
        {
            Ca = File(_ca, "HANDCARRY_CA"),
            Certificate = File(_certificate, "HANDCARRY_CERTIFICATE"),
            Key = File(_key, "HANDCARRY_KEY"),
        };
        var token = UserToken.Find(parsed.GetValue(_kubeconfig), environment, problems);
        if (problems.Count > 0)
            throw new CliException(ExitCode.Usage, string.Join('\n', problems));
        return new ConnectionSettings(contacts, tls, token, TimeSpan.FromSeconds(parsed.GetValue(_timeout)));

        string Variable(string name) => environment.GetValueOrDefault(name, "");

        string File(Option<string?> option, string variable)
        {
            var file = parsed.GetValue(option) ?? Variable(variable);
            if (file.Length == 0)
                problems.Add($"A file is missing: give {option.Name} FILE or set {variable}.");
            return file;
        }
    }
}
