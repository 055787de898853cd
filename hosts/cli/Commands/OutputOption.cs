using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary><c>-o table|json</c>, and <c>yaml</c> for what agents answer.</summary>
internal static class OutputOption
{
    public const string Table = "table";
    public const string Json = "json";
    public const string Yaml = "yaml";

    /// <param name="name">Its long name; another one where <c>--output</c> is a folder.</param>
    public static Option<string> Create(string name = "--output")
    {
        var option = new Option<string>(name, "-o")
        {
            Description = "Form of the output: table or json.",
            HelpName = "table|json",
            DefaultValueFactory = _ => Table,
        };
        option.AcceptOnlyFromAmong(Table, Json);
        return option;
    }

    /// <summary>With yaml, too.</summary>
    public static Option<string> CreateForAnswers()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "Form of the output: table, json or yaml.",
            HelpName = "table|json|yaml",
            DefaultValueFactory = _ => Table,
        };
        option.AcceptOnlyFromAmong(Table, Json, Yaml);
        return option;
    }
}
