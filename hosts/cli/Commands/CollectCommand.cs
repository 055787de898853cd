using System.CommandLine;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry collect</c>: one archive for a support case.</summary>
internal sealed class CollectCommand
{
    public const string Examples = """
        handcarry collect
        handcarry collect --file case-4711.tar.gz
        """;

    public const string Files = """
        handcarry-DATE.tar.gz  status.json, events.jsonl, about.txt, and for each node its settings without secrets and the last lines of its log
        """;

    private readonly Surroundings _surroundings;

    public CollectCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        _surroundings = surroundings;
        var connection = new ConnectionOptions();
        var file = new Option<string?>("--file") { Description = "Where to write it; it must not be there. By default handcarry-DATE.tar.gz in this folder.", HelpName = "FILE" };
        Command = new Command("collect", "Collects status, events, settings without secrets, versions and last logs of all nodes in one archive.") { file };
        connection.AddTo(Command);
        Command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file) ?? $"handcarry-{surroundings.Clock.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.tar.gz";
            await using var api = await connect(connection.Resolve(parsed, surroundings), cancellationToken);
            var parts = await GatherAsync(api, cancellationToken);
            try
            {
                // Logs are for those whose case it is.
                await using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
                await WriteAsync(stream, parts, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Disk, $"{path} cannot be written ({e.Message}); name another with --file.", e);
            }
            await surroundings.Out.WriteLineAsync(path);
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private async Task<List<(string Name, string Text)>> GatherAsync(IUpgradeApi api, CancellationToken cancellationToken)
    {
        var about = new StringBuilder().Append(CultureInfo.InvariantCulture, $"collected: {_surroundings.Clock.GetUtcNow():o}\nhandcarry: {typeof(CollectCommand).Assembly.GetName().Version}\n");
        var parts = new List<(string, string)>();
        var status = await api.AskAsync(new ClientCommand(ClientVerb.Status), cancellationToken);
        if (status.Status is { } known)
            parts.Add(("status.json", StatusJson.Indented(known)));
        about.Append(CultureInfo.InvariantCulture, $"status of: {status.Node}, {status.AgeSeconds} s old\n");
        var names = await Nodes.NamesAsync(api, cancellationToken);
        var (facts, silent) = await new FactReader(api, null).NextAsync(cancellationToken);
        parts.Add(("events.jsonl", string.Concat(facts.Select(fact => JsonSerializer.Serialize(fact, CliJson.Default.SiteFact) + "\n"))));
        var missing = silent.ToList();
        foreach (var name in names)
        {
            foreach (var (verb, leaf) in new[] { (ClientVerb.Settings, "settings.txt"), (ClientVerb.Logs, "log.txt") })
            {
                var reply = await api.AskAsync(new ClientCommand(verb, name) { Lines = 2000 }, cancellationToken);
                if (reply.Reason.Length > 0)
                    missing.Add(reply with { Node = name });
                else
                    parts.Add(($"nodes/{reply.Node}/{leaf}", string.Concat(reply.Lines.Select(line => line + "\n"))));
            }
        }
        foreach (var one in missing.DistinctBy(one => (one.Node, one.Reason)))
        {
            about.Append(CultureInfo.InvariantCulture, $"missing: {one.Node}: {one.Reason}: {one.Message}\n");
            await _surroundings.Error.WriteLineAsync($"{one.Node}: {one.Reason}: {one.Message}");
        }
        return [("about.txt", about.ToString()), .. parts];
    }

    private async Task WriteAsync(Stream to, List<(string Name, string Text)> parts, CancellationToken cancellationToken)
    {
        await using var compressed = new GZipStream(to, CompressionLevel.Optimal);
        await using var archive = new TarWriter(compressed, TarEntryFormat.Pax);
        foreach (var (name, text) in parts)
        {
            using var data = new MemoryStream(Encoding.UTF8.GetBytes(text));
            await archive.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, $"handcarry/{name}") { DataStream = data, ModificationTime = _surroundings.Clock.GetUtcNow() }, cancellationToken);
        }
    }
}
