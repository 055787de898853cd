using System.CommandLine;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Login;
using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;
using Handcarry.Hosts.OpenShift.Access;

namespace Handcarry.Cli.Commands;

/// <summary>The options that every command which talks to agents has, and the environment variables behind them.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>For the help; an option on the command line wins.</summary>
    public const string Environment = """
        HANDCARRY_CONTACT      --contact, separated by commas; without it the agents' pods are found through the kubeconfig
        HANDCARRY_CA           --ca
        HANDCARRY_CERTIFICATE  --certificate
        HANDCARRY_KEY          --key
        HANDCARRY_TOKEN        your token at the cluster; else it is taken from the kubeconfig
        KUBECONFIG             --kubeconfig
        HANDCARRY_NAMESPACE    --namespace
        XDG_CONFIG_HOME        where the certificate of handcarry login is; else ~/.config
        """;

    /// <summary>For the help of what needs no certificate.</summary>
    public const string LoginEnvironment = """
        HANDCARRY_CONTACT      --contact, separated by commas; without it the agents' pods are found through the kubeconfig
        HANDCARRY_CA           --ca
        HANDCARRY_TOKEN        your token at the cluster; else it is taken from the kubeconfig
        KUBECONFIG             --kubeconfig
        HANDCARRY_NAMESPACE    --namespace
        XDG_CONFIG_HOME        where the certificate is kept; else ~/.config
        """;

    private const string CaVariable = "HANDCARRY_CA", CertificateVariable = "HANDCARRY_CERTIFICATE", KeyVariable = "HANDCARRY_KEY";

    private readonly Option<string[]> _contact = new("--contact")
    {
        Description = $"An agent; repeatable, any one that answers will do. Without a port it is {ClientsOptions.DefaultPort}, and with an agent's certificate {RemotingOptions.DefaultPort}. Environment: HANDCARRY_CONTACT, separated by commas. Without any, the agents' pods are found through the kubeconfig.",
        HelpName = "HOST[:PORT]",
    };

    private readonly Option<string?> _ca = new("--ca") { Description = "PEM file of the site's authority. Environment: HANDCARRY_CA.", HelpName = "FILE" };

    private readonly Option<string?> _certificate = new("--certificate") { Description = "PEM file of your certificate; without one, that of handcarry login. Environment: HANDCARRY_CERTIFICATE.", HelpName = "FILE" };

    private readonly Option<string?> _key = new("--key") { Description = "PEM file of its private key. Environment: HANDCARRY_KEY.", HelpName = "FILE" };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig whose current user's token says who you are. Environment: HANDCARRY_TOKEN with the token itself, or KUBECONFIG; default ~/.kube/config.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _namespace = new("--namespace") { Description = "Namespace of the agents' pods; handcarry when none is given. Environment: HANDCARRY_NAMESPACE.", HelpName = "NAME" };

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
        command.Options.Add(_namespace);
        command.Options.Add(_timeout);
    }

    /// <summary>What counts while there is no certificate.</summary>
    public void AddLoginTo(Command command)
    {
        command.Options.Add(_contact);
        command.Options.Add(_ca);
        command.Options.Add(_kubeconfig);
        command.Options.Add(_namespace);
    }

    /// <summary>Throws <see cref="CliException"/> that names everything that is missing.</summary>
    public ConnectionSettings Resolve(ParseResult parsed, Surroundings surroundings)
    {
        var (environment, problems) = (surroundings.Environment, new List<string>());
        var tls = new TlsOptions { Ca = File(_ca, CaVariable), Certificate = File(_certificate, CertificateVariable), Key = File(_key, KeyVariable) };
        var byFiles = tls.Ca.Length + tls.Certificate.Length + tls.Key.Length > 0;
        var byDoor = !byFiles || NodeCertificates.IsClientOnly(tls.Certificate);
        var kubeconfig = UserToken.Kubeconfig(parsed.GetValue(_kubeconfig), environment);
        var contacts = Contacts(parsed, environment, byDoor ? ClientsOptions.DefaultPort : RemotingOptions.DefaultPort, problems);
        if (contacts.Count == 0 && problems.Count == 0 && (!byDoor || kubeconfig is null))
            problems.Add("No agent is named: give --contact HOST[:PORT] or set HANDCARRY_CONTACT.");
        if (byFiles)
        {
            Missing(tls.Ca, _ca, CaVariable);
            Missing(tls.Certificate, _certificate, CertificateVariable);
            Missing(tls.Key, _key, KeyVariable);
        }
        var store = byFiles ? null : Store(kubeconfig, contacts, environment, problems);
        if (!byFiles && store?.Exists != true)
            problems.Add("You have no certificate of this site: handcarry login gets one, or give --ca, --certificate and --key.");
        var token = UserToken.Find(parsed.GetValue(_kubeconfig), kubeconfig, environment, surroundings.Clock, problems);
        if (problems.Count > 0)
            throw new CliException(ExitCode.Usage, string.Join('\n', problems));
        return new ConnectionSettings(contacts, store?.Tls ?? tls, token, TimeSpan.FromSeconds(parsed.GetValue(_timeout)))
        {
            Door = byDoor ? new DoorSettings(kubeconfig, Namespace(parsed, environment), store, surroundings.Clock) : null,
        };

        string File(Option<string?> option, string variable) => parsed.GetValue(option) ?? environment.GetValueOrDefault(variable, "");

        void Missing(string file, Option<string?> option, string variable)
        {
            if (file.Length == 0)
                problems.Add($"A file is missing: give {option.Name} FILE or set {variable}.");
        }
    }

    /// <summary>For a login: whom to ask, and the file of the site's authority, empty when none is named. Throws <see cref="CliException"/>.</summary>
    public (ConnectionSettings Settings, string Ca) ResolveLogin(ParseResult parsed, Surroundings surroundings)
    {
        var (environment, problems) = (surroundings.Environment, new List<string>());
        var kubeconfig = UserToken.Kubeconfig(parsed.GetValue(_kubeconfig), environment);
        var contacts = Contacts(parsed, environment, ClientsOptions.DefaultPort, problems);
        var token = UserToken.Find(parsed.GetValue(_kubeconfig), kubeconfig, environment, surroundings.Clock, problems);
        if (contacts.Count == 0 && problems.Count == 0 && kubeconfig is null)
            problems.Add("No agent is named, and no kubeconfig leads to one: log in to the cluster (oc login), or give --contact HOST[:PORT].");
        var store = Store(kubeconfig, contacts, environment, problems);
        if (problems.Count > 0 || store is null)
            throw new CliException(ExitCode.Usage, string.Join('\n', problems));
        var settings = new ConnectionSettings(contacts, store.Tls, token, TimeSpan.FromSeconds(30))
        {
            Door = new DoorSettings(kubeconfig, Namespace(parsed, environment), store, surroundings.Clock),
        };
        return (settings, parsed.GetValue(_ca) ?? environment.GetValueOrDefault(CaVariable, ""));
    }

    /// <summary>Where the certificate of a login is, or would be. Throws <see cref="CliException"/>.</summary>
    public LoginStore ResolveStore(ParseResult parsed, Surroundings surroundings)
    {
        var problems = new List<string>();
        var kubeconfig = UserToken.Kubeconfig(parsed.GetValue(_kubeconfig), surroundings.Environment);
        var contacts = Contacts(parsed, surroundings.Environment, ClientsOptions.DefaultPort, problems);
        return Store(kubeconfig, contacts, surroundings.Environment, problems) is { } store && problems.Count == 0
            ? store
            : throw new CliException(ExitCode.Usage, problems.Count == 0 ? "Nothing says which site: give --kubeconfig FILE or --contact HOST." : string.Join('\n', problems));
    }

    private static LoginStore? Store(string? kubeconfig, List<Endpoint> contacts, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (kubeconfig is null && contacts.Count == 0)
            return null;
        try
        {
            var store = LoginStore.Of(kubeconfig is null ? contacts[0].Host : KubeconfigUser.Server(kubeconfig), environment);
            if (store is null)
                problems.Add("There is no folder for the certificate of a login: set HOME or XDG_CONFIG_HOME.");
            return store;
        }
        catch (ArgumentException e)
        {
            problems.Add(e.Message);
            return null;
        }
    }

    private List<Endpoint> Contacts(ParseResult parsed, IReadOnlyDictionary<string, string> environment, int port, List<string> problems)
    {
        var contacts = new List<Endpoint>();
        var texts = parsed.GetValue(_contact) is { Length: > 0 } given
            ? given
            : environment.GetValueOrDefault("HANDCARRY_CONTACT", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var text in texts)
        {
            if (Endpoint.TryParse(text, port, out var endpoint))
                contacts.Add(endpoint);
            else
                problems.Add($"\"{text}\" is not a contact: expected HOST or HOST:PORT.");
        }
        return contacts;
    }

    private string Namespace(ParseResult parsed, IReadOnlyDictionary<string, string> environment) =>
        parsed.GetValue(_namespace) ?? (environment.GetValueOrDefault("HANDCARRY_NAMESPACE", "") is { Length: > 0 } named ? named : "handcarry");
}
