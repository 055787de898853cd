using System.CommandLine;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage.Sealed;
using Handcarry.Hosts.Node.SystemBus;

namespace Handcarry.Cli.Commands;

/// <summary>
/// The options that <c>arm</c>, <c>disarm</c> and <c>render</c> share. What is not given is taken from the configuration of this host's agent, if there is one, so that both mean
/// the same.
/// </summary>
internal sealed class ArmingOptions
{
    /// <summary>Where install.sh puts the agent's configuration, and where a pod's is seen on its host (deploy/image/enter).</summary>
    private static readonly string[] Configurations = ["/etc/handcarry/handcarry.yaml", "/run/handcarry/pod/config/handcarry.yaml"];

    private static readonly ArmingSettings Defaults = new();

    private readonly Surroundings _surroundings;

    private readonly Option<DirectoryInfo> _root = new Option<DirectoryInfo>("--root")
    {
        Description = "Where the root of the host is seen. With another one than / its services are not told.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("/"),
    }.AcceptExistingOnly();

    private readonly Option<FileInfo> _config = new Option<FileInfo>("--config")
    {
        Description = $"The agent's configuration, which says what is not given here. Default: {string.Join(" or ", Configurations)} of the host, if it is there.",
        HelpName = "FILE",
    }.AcceptExistingOnly();

    private readonly Option<string?> _store = new("--store") { Description = $"The image store on the host. Default: load.store of the agent's configuration, else {Defaults.Store}.", HelpName = "PATH" };

    private readonly Option<int?> _port = new("--mirror-port") { Description = $"Port of the agent's listener on 127.0.0.1. Default: data.loopbackPort of the agent's configuration, else {Defaults.MirrorPort}.", HelpName = "PORT" };

    private readonly Option<string[]> _sources = new("--source") { Description = "A repository that images of bundles come from; may be given again. Default: arming.sources of the agent's configuration, else OpenShift's two.", HelpName = "REPOSITORY" };

    private readonly Option<bool> _restart = new("--restart") { Description = "Restart CRI-O if it has to be. Only on a healthy node while no upgrade runs, one node at a time." };

    public ArmingOptions(Surroundings surroundings)
    {
        _surroundings = surroundings;
        _port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 65535)
                result.AddError("--mirror-port must be from 1 to 65535.");
        });
        _sources.Validators.Add(result =>
        {
            foreach (var source in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (source.Split('/') is not [{ Length: > 0 }, { Length: > 0 }, ..] || source.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '/' or ':')))
                    result.AddError($"--source {source} is no repository: give one such as quay.io/openshift-release-dev/ocp-release.");
            }
        });
    }

    public void AddSettingsTo(Command command)
    {
        command.Options.Add(_store);
        command.Options.Add(_port);
        command.Options.Add(_sources);
        AddConfigTo(command);
    }

    public void AddStoreTo(Command command) => command.Options.Add(_store);

    public void AddConfigTo(Command command) => command.Options.Add(_config);

    public void AddHostTo(Command command)
    {
        command.Options.Add(_root);
        command.Options.Add(_restart);
    }

    /// <summary>The configuration of this host's agent, of which what must be set elsewhere may be missing; null without one.</summary>
    /// <exception cref="CliException">It cannot be used.</exception>
    public HandcarryOptions? Agent(ParseResult parsed)
    {
        var root = Root(parsed);
        var file = parsed.GetValue(_config)?.FullName ?? Configurations.Select(path => HostPath.Below(root, path)).FirstOrDefault(File.Exists);
        try
        {
            return file is null ? null : HandcarryConfiguration.LoadForCommand(file, _surroundings.Environment.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value, StringComparer.Ordinal));
        }
        catch (ConfigurationException e)
        {
            throw new CliException(ExitCode.Usage, e.Message);
        }
    }

    public ArmingSettings Settings(ParseResult parsed, HandcarryOptions? agent)
    {
        var settings = agent is null ? Defaults : ArmingSettings.Of(agent);
        settings = settings with { Store = parsed.GetValue(_store) ?? settings.Store, MirrorPort = parsed.GetValue(_port) ?? settings.MirrorPort };
        if (settings.MirrorPort == 0)
            throw new CliException(ExitCode.Usage, "data.loopbackPort of the agent's configuration is 0, which is another port at each start: set a port of its own, or give --mirror-port.");
        return parsed.GetValue(_sources) is { Length: > 0 } sources ? settings with { Sources = sources } : settings;
    }

    public string Store(ParseResult parsed, HandcarryOptions? agent) => parsed.GetValue(_store) ?? agent?.Load.Store ?? Defaults.Store;

    public HostFacts Facts(ParseResult parsed, HandcarryOptions? agent)
    {
        var facts = new HostFactsReader(Root(parsed)).Read(Store(parsed, agent));
        return agent?.Load.Runtime switch
        {
            LoadOptions.Crio => facts with { Runtime = NodeRuntime.Crio },
            LoadOptions.Containerd => facts with { Runtime = NodeRuntime.Containerd },
            _ => facts,
        };
    }

    public NodeArming Arming(ParseResult parsed, HandcarryOptions? agent)
    {
        var root = Root(parsed);
        var systemd = root == "/" ? new SystemdServiceManager() : null;
        var state = HostPath.Below(root, $"{State(agent).TrimEnd('/')}/arming");
        return new NodeArming(root, state, systemd, systemd is null ? null : systemd.ReadUnitsAnewAsync, new AskedRestart(parsed.GetValue(_restart)));
    }

    /// <summary>What takes the sealed stores of this host away.</summary>
    public SealedRetirement Stores(ParseResult parsed, HandcarryOptions? agent)
    {
        var root = Root(parsed);
        var options = new SealedStoresOptions { Root = root, State = State(agent), Store = Store(parsed, agent), RuntimeStorage = agent is { Load.RuntimeStorage.Length: > 0 } ? agent.Load.RuntimeStorage : Facts(parsed, agent).GraphRoot };
        return new SealedRetirement(options, new SystemProcessRunner(_surroundings.Clock), root == "/" ? new SystemdServiceManager() : null);
    }

    private static string State(HandcarryOptions? agent) => (agent?.Node ?? new NodeOptions { Name = "" }).State;

    private string Root(ParseResult parsed) => parsed.GetResult(_root) is null ? "/" : parsed.GetRequiredValue(_root).FullName;
}
