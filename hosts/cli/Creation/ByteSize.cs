using System.Globalization;
using System.Text.RegularExpressions;
using Handcarry.Streams.Bundles;

namespace Handcarry.Cli.Creation;

/// <summary>Sizes as people write them: <c>4GiB</c>, <c>700MB</c>, a number of bytes, or <c>fat32</c>.</summary>
internal static partial class ByteSize
{
    public const string Fat32 = "fat32";

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text.Equals(Fat32, StringComparison.OrdinalIgnoreCase))
        {
            bytes = PartNames.Fat32;
            return true;
        }
        if (Form().Match(text) is not { Success: true } match || !decimal.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        var power = "KMGT".IndexOf(match.Groups[2].Value.ToUpperInvariant(), StringComparison.Ordinal) + 1;
        // As everywhere in storage: kB and MB count in thousands; KiB, MiB, and K, M alone, in 1024.
        var unit = match.Groups[2].Value.Length == 0 ? 1 : (decimal)Math.Pow(match.Groups[3].Value is "B" or "b" ? 1000 : 1024, power);
        if (number * unit is < 1 or > long.MaxValue)
            return false;
        bytes = (long)(number * unit);
        return true;
    }

    [GeneratedRegex(@"\A([0-9]{1,12}(?:\.[0-9]{1,3})?) ?([KMGT]?)(i?B?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
