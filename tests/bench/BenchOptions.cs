namespace Handcarry.Bench;

/// <summary>What can be said to every benchmark.</summary>
/// <param name="JsonOnly">No table.</param>
/// <param name="Megabytes">How much content, in MB of 10^6 bytes.</param>
/// <param name="Rounds">How often each case runs.</param>
internal sealed record BenchOptions(bool JsonOnly, int Megabytes, int Rounds)
{
    /// <summary>What else can be said to one benchmark: the option's name with its dashes, and its value.</summary>
    public IReadOnlyDictionary<string, string> Own { get; init; } = new Dictionary<string, string>();

    public static bool TryParse(IReadOnlyList<string> args, BenchOptions defaults, out BenchOptions options)
    {
        options = defaults;
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--json")
                options = options with { JsonOnly = true };
            else if (args[i] is "--size" or "--rounds" && i + 1 < args.Count && int.TryParse(args[i + 1], out var number) && number > 0)
                options = args[i++] == "--size" ? options with { Megabytes = number } : options with { Rounds = number };
            else if (defaults.Own.ContainsKey(args[i]) && i + 1 < args.Count)
                options = options with { Own = new Dictionary<string, string>(options.Own) { [args[i]] = args[++i] } };
            else
                return false;
        }

        return true;
    }
}
