using System.CommandLine;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.SystemBus;

namespace Handcarry.Cli.Commands;

/// <summary>The options that <c>arm</c>, <c>disarm</c> and <c>render</c> share.</summary>
internal sealed class ArmingOptions
{
    private const string State = "/var/lib/handcarry/arming";

    private static readonly ArmingSettings Defaults = new();

    private readonly Option<DirectoryInfo> _root = new Option<DirectoryInfo>("--root")
    {
        Description = "Where the root of the host is seen. With another one than / its services are not told.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("/"),
    }.AcceptExistingOnly();

    private readonly Option<string> _store = new("--store") { Description = "The image store on the host.", HelpName = "PATH", DefaultValueFactory = _ => Defaults.Store };

    private readonly Option<int> _port = new("--mirror-port") { Description = "Port of the agent's listener on 127.0.0.1.", HelpName = "PORT", DefaultValueFactory = _ => Defaults.MirrorPort };

    private readonly Option<string[]> _sources = new("--source") { Description = "A repository that images of bundles come from, instead of OpenShift's two; may be given again.", HelpName = "REPOSITORY" };

    private readonly Option<bool> _restart = new("--restart") { Description = "Restart CRI-O if it has to be. Only on a healthy node while no upgrade runs, one node at a time." };

    public ArmingOptions()
    {
        _port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 65535)
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
    }

    public void AddStoreTo(Command command) => command.Options.Add(_store);

    public void AddHostTo(Command command)
    {
        command.Options.Add(_root);
        command.Options.Add(_restart);
    }

    public ArmingSettings Settings(ParseResult parsed)
    {
        var settings = Defaults with { Store = parsed.GetRequiredValue(_store), MirrorPort = parsed.GetRequiredValue(_port) };
        return parsed.GetValue(_sources) is { Length: > 0 } sources ? settings with { Sources = sources } : settings;
    }

    public string Store(ParseResult parsed) => parsed.GetRequiredValue(_store);

    public HostFacts Facts(ParseResult parsed) => new HostFactsReader(Root(parsed)).Read(Store(parsed));

    public NodeArming Arming(ParseResult parsed)
    {
        var root = Root(parsed);
        var systemd = root == "/" ? new SystemdServiceManager() : null;
        return new NodeArming(root, Path.Join(root, State), systemd, systemd is null ? null : systemd.ReadUnitsAnewAsync, new AskedRestart(parsed.GetValue(_restart)));
    }

    private string Root(ParseResult parsed) => parsed.GetRequiredValue(_root).FullName;
}
