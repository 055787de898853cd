using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary><c>-o table|json</c>.</summary>
internal static class OutputOption
{
    public const string Table = "table";
    public const string Json = "json";

    public static Option<string> Create()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "Form of the output: table or json.",
            HelpName = "table|json",
            DefaultValueFactory = _ => Table,
        };
        option.AcceptOnlyFromAmong(Table, Json);
        return option;
    }
}
