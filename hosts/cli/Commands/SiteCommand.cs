using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary>What all commands that ask agents have in common: how to reach them, and the form of the answer.</summary>
internal sealed class SiteCommand
{
    private static readonly CliJson IndentedJson = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    private readonly Surroundings _surroundings;
    private readonly Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> _connect;
    private readonly ConnectionOptions _connection = new();
    private readonly Option<string> _output = OutputOption.Create(yaml: true);

    public SiteCommand(string name, string description, Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        (_surroundings, _connect) = (surroundings, connect);
        Command = new Command(name, description);
        _connection.AddTo(Command);
        Command.Add(_output);
    }

    public Command Command { get; }

    /// <summary>What it does with the agents; the exit status is what that gives.</summary>
    public void Does(Func<IUpgradeApi, ParseResult, CancellationToken, Task<int>> action) =>
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var api = await _connect(_connection.Resolve(parsed, _surroundings), cancellationToken);
            return await action(api, parsed, cancellationToken);
        });

    /// <summary>The form that is wanted.</summary>
    public string Form(ParseResult parsed) => parsed.GetRequiredValue(_output);

    /// <summary>Writes an answer in the form that is wanted.</summary>
    public async Task WriteAsync<T>(ParseResult parsed, T answer, Func<T, string> table)
    {
        var form = Form(parsed);
        if (form == OutputOption.Table)
        {
            await _surroundings.Out.WriteAsync(table(answer));
            return;
        }
        var json = JsonSerializer.Serialize(answer, (JsonTypeInfo<T>)IndentedJson.GetTypeInfo(typeof(T))!);
        await _surroundings.Out.WriteAsync(form == OutputOption.Yaml ? YamlText.Of(json) : json + "\n");
    }
}
