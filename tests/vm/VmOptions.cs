namespace Handcarry.Vm;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Only">Names of the scenarios to run; empty for all.</param>
/// <param name="Megabytes">Size of the bundle's layers, in MB of 10^6 bytes.</param>
internal sealed record VmOptions(IReadOnlyList<string> Only, int Megabytes)
{
    // Enough for several 4 MiB chunks before and after the moment at which a stick is pulled.
    private const int UsualSize = 48;

    /// <summary>Reads <c>[--only NAME[,NAME]...] [--size MB]</c>; null when that is not what it says.</summary>
    public static VmOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new VmOptions([], UsualSize);
        for (var i = 0; i + 1 < arguments.Count; i += 2)
        {
            if (arguments[i] == "--only")
                options = options with { Only = arguments[i + 1].Split(',', StringSplitOptions.RemoveEmptyEntries) };
            else if (arguments[i] == "--size" && int.TryParse(arguments[i + 1], out var size) && size is >= 24 and <= 400)
                options = options with { Megabytes = size };
            else
                return null;
        }

        return arguments.Count % 2 == 0 ? options : null;
    }
}
