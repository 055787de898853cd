using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Handcarry.Actors.Cluster;

/// <summary>A version by semver.org 2.0.0, with its order: build metadata is ignored, a pre-release comes before its release.</summary>
public sealed class SemanticVersion
{
    private readonly ulong[] _core;
    private readonly string[] _prerelease;

    private SemanticVersion(ulong[] core, string[] prerelease) => (_core, _prerelease) = (core, prerelease);

    /// <summary>The first number.</summary>
    public ulong Major => _core[0];

    /// <summary>The second number.</summary>
    public ulong Minor => _core[1];

    /// <summary>The version written in <paramref name="text"/>, such as <c>4.12.4</c> or <c>4.15.0-rc.8</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        var withoutBuild = (text ?? "").Split('+', 2)[0];
        var parts = withoutBuild.Split('-', 2);
        var core = parts[0].Split('.');
        if (core.Length != 3)
            return false;
        var numbers = new ulong[3];
        for (var i = 0; i < 3; i++)
        {
            if (!IsNumeric(core[i]) || !ulong.TryParse(core[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }

        var prerelease = parts.Length == 1 ? [] : parts[1].Split('.');
        if (prerelease.Any(part => part.Length == 0 || !part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')))
            return false;
        version = new SemanticVersion(numbers, prerelease);
        return true;
    }

    /// <summary>Negative when this version comes before <paramref name="other"/>, positive when after, 0 when neither.</summary>
    public int CompareTo(SemanticVersion other)
    {
        for (var i = 0; i < 3; i++)
        {
            if (_core[i] != other._core[i])
                return _core[i].CompareTo(other._core[i]);
        }

        if (_prerelease.Length == 0 || other._prerelease.Length == 0)
            return Math.Sign(other._prerelease.Length.CompareTo(_prerelease.Length));
        for (var i = 0; i < Math.Min(_prerelease.Length, other._prerelease.Length); i++)
        {
            var order = ComparePart(_prerelease[i], other._prerelease[i]);
            if (order != 0)
                return order;
        }

        return _prerelease.Length.CompareTo(other._prerelease.Length);
    }

    private static int ComparePart(string left, string right) => (IsDigits(left), IsDigits(right)) switch
    {
        (true, true) => left.TrimStart('0').Length != right.TrimStart('0').Length
            ? left.TrimStart('0').Length.CompareTo(right.TrimStart('0').Length)
            : string.CompareOrdinal(left.TrimStart('0'), right.TrimStart('0')),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(left, right),
    };

    private static bool IsDigits(string part) => part.All(char.IsAsciiDigit);

    private static bool IsNumeric(string part) => part.Length > 0 && IsDigits(part) && (part.Length == 1 || part[0] != '0');
}
