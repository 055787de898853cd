using System.CommandLine;

namespace Handcarry.Cli.Commands;

/// <summary><c>-o table|json</c>, for some commands <c>yaml</c>, too.</summary>
internal static class OutputOption
{
    public const string Table = "table";
    public const string Json = "json";
    public const string Yaml = "yaml";

    /// <param name="name">Its long name; another one where <c>--output</c> is a folder.</param>
    /// <param name="yaml">Whether there is <c>yaml</c>.</param>
    public static Option<string> Create(string name = "--output", bool yaml = false)
    {
        string[] forms = yaml ? [Table, Json, Yaml] : [Table, Json];
        var option = new Option<string>(name, "-o")
        {
            Description = yaml ? "Form of the output: table, json or yaml." : "Form of the output: table or json.",
            HelpName = string.Join('|', forms),
            DefaultValueFactory = _ => Table,
        };
        option.AcceptOnlyFromAmong(forms);
        return option;
    }
}
