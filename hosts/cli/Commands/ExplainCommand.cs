using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Handcarry.Cli.Explaining;
using Handcarry.Cli.Rendering;

namespace Handcarry.Cli.Commands;

/// <summary><c>handcarry explain REASON</c>: needs no agent.</summary>
internal sealed class ExplainCommand
{
    public const string Examples = """
        handcarry explain NoSpace
        handcarry explain
        """;

    private static readonly CliJson IndentedJson = new(new JsonSerializerOptions(CliJson.Default.Options) { WriteIndented = true });

    public ExplainCommand(Surroundings surroundings)
    {
        var reason = new Argument<string?>("REASON") { Description = "A reason word, as status, events and logs show it; all of them when none is given.", Arity = ArgumentArity.ZeroOrOne };
        reason.CompletionSources.Add(_ => ReasonTexts.All.Select(one => new System.CommandLine.Completions.CompletionItem(one.Word)));
        var output = OutputOption.Create(yaml: true);
        Command = new Command("explain", "Says what a reason word means and what to do about it.") { reason, output };
        Command.SetAction(async (parsed, _) =>
        {
            var form = parsed.GetRequiredValue(output);
            if (parsed.GetValue(reason) is not { Length: > 0 } word)
                await surroundings.Out.WriteAsync(Text(form, ReasonTexts.All, all => TextTable.Of(["REASON", "MEANING"], [.. all.Select(one => new[] { one.Word, one.Meaning })])));
            else if (ReasonTexts.Find(word) is { } found)
                await surroundings.Out.WriteAsync(Text(form, found, one => $"{one.Word}\n{one.Meaning}\nTo do: {one.Remedy}\n"));
            else
                throw new CliException(ExitCode.Usage, $"\"{word}\" is no reason word of this version; handcarry explain lists them all.");
            return ExitCode.Ok;
        });
    }

    public Command Command { get; }

    private static string Text<T>(string form, T value, Func<T, string> table)
    {
        if (form == OutputOption.Table)
            return table(value);
        var json = JsonSerializer.Serialize(value, (JsonTypeInfo<T>)IndentedJson.GetTypeInfo(typeof(T))!);
        return form == OutputOption.Yaml ? YamlText.Of(json) : json + "\n";
    }
}
