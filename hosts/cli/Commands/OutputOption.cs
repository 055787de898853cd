using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary><c>-o table|json</c>.</summary>
internal static class OutputOption
{
    public const string Table = "table";
    public const string Json = "json";

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
}
