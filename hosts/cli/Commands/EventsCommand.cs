using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Handcarry.Actors.Protocol.Clients;
using Handcarry.Cli.Connection;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry events</c>: what the nodes remember, merged in the order of time.</summary>
internal sealed class EventsCommand
{
    public const string Examples = """
        handcarry events --since 2h
        handcarry events --follow
        handcarry events -o json | jq -r '.[] | select(.warning) | .message'
        """;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Surroundings _surroundings;

    public EventsCommand(Surroundings surroundings, Func<ConnectionSettings, CancellationToken, Task<IUpgradeApi>> connect)
    {
        _surroundings = surroundings;
        var site = new SiteCommand("events", "Shows what has happened on all nodes, in order, from what each of them remembers across restarts.", surroundings, connect);
        var since = new Option<string?>("--since") { Description = "Only from then on: a time such as 2026-03-01T08:00Z, or how long ago: 30s, 10m, 2h, 3d.", HelpName = "TIME" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Goes on until interrupted; with -o json an object on each line." };
        site.Command.Add(since);
        site.Command.Add(follow);
        site.Does(async (api, parsed, cancellationToken) =>
        {
            var reader = new FactReader(api, Moment(parsed.GetValue(since), surroundings.Clock.GetUtcNow()));
            if (parsed.GetValue(follow))
            {
                await FollowAsync(reader, site.Form(parsed), cancellationToken);
                return ExitCode.Ok;
            }
            var (facts, silent) = await reader.NextAsync(cancellationToken);
            await site.WriteAsync(parsed, facts, all => string.Concat(all.Select(Line)));
            await TellAsync(silent);
            return silent.Count == 0 ? ExitCode.Ok : ExitCode.Of(silent[0].Reason);
        });
        Command = site.Command;
    }

    public Command Command { get; }

    /// <summary>A moment, or so long before <paramref name="now"/>. Throws <see cref="CliException"/>.</summary>
    internal static DateTimeOffset? Moment(string? text, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        TimeSpan? unit = text[^1] switch { 's' => TimeSpan.FromSeconds(1), 'm' => TimeSpan.FromMinutes(1), 'h' => TimeSpan.FromHours(1), 'd' => TimeSpan.FromDays(1), _ => null };
        if (unit is { } one && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return now - (count * one);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at)
            ? at
            : throw new CliException(ExitCode.Usage, $"\"{text}\" is no time: give one such as 2026-03-01T08:00Z, or how long ago: 30s, 10m, 2h, 3d.");
    }

    private string Line(SiteFact fact) => FactText.Of(fact, _surroundings.Clock.LocalTimeZone) + "\n";

    private async Task FollowAsync(FactReader reader, string form, CancellationToken cancellationToken)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        using var timer = new PeriodicTimer(Every, _surroundings.Clock);
        do
        {
            var (facts, silent) = await reader.NextAsync(cancellationToken);
            foreach (var fact in facts)
                await _surroundings.Out.WriteAsync(form switch
                {
                    OutputOption.Json => JsonSerializer.Serialize(fact, CliJson.Default.SiteFact) + "\n",
                    OutputOption.Yaml => "---\n" + YamlText.Of(JsonSerializer.Serialize(fact, CliJson.Default.SiteFact)),
                    _ => Line(fact),
                });
            await TellAsync([.. silent.Where(one => told.Add(one.Node))]);
            told.IntersectWith(silent.Select(one => one.Node));
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task TellAsync(IReadOnlyList<ClientReply> silent)
    {
        foreach (var one in silent)
            await _surroundings.Error.WriteLineAsync($"{one.Node}: {one.Reason}: {one.Message}");
    }
}
