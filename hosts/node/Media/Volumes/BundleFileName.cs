using System.Globalization;
using System.Text.RegularExpressions;
using Handcarry.Streams.Bundles;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>
/// The name of a bundle's file or of a part of one. Nothing else on a medium is ever opened or named in a message, so no name can lead out of its folder
/// or carry what a terminal or a log would take for more than a name.
/// </summary>
/// <param name="Bundle">The name without the number of a part.</param>
/// <param name="Part">Number of the part, from 1; 0 for a bundle in one piece.</param>
internal readonly partial record struct BundleFileName(string Bundle, int Part)
{
    /// <summary>The name as it is in the folder.</summary>
    public override string ToString() => Part == 0 ? Bundle : PartNames.Of(Bundle, Part);

    /// <summary>False for every other name. <paramref name="name"/> has one character for each byte.</summary>
    public static bool TryParse(string name, out BundleFileName parsed)
    {
        var match = Pattern().Match(name);
        var part = match.Groups[2].Success ? int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : 0;
        parsed = new BundleFileName(match.Groups[1].Value, part);
        return match.Success && (part > 0 || !match.Groups[2].Success);
    }

    [GeneratedRegex(@"\A(upgrade-[A-Za-z0-9._+-]+\.tar)(?:\.([0-9]{3}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
