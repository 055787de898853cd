using System.Globalization;

namespace Handcarry.Lab.Operator;

/// <summary>Semantic Versioning 2.0.0: the numbers, the pre-release identifiers, and their precedence (section 11).</summary>
internal sealed record SemanticVersion(long Major, long Minor, long Patch, string PreRelease) : IComparable<SemanticVersion>
{
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SemanticVersion? version)
    {
        version = null;
        var core = text.Split('+', 2)[0];
        var dash = core.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? core : core[..dash]).Split('.');
        if (numbers.Length != 3 || dash == core.Length - 1)
            return false;
        var read = new long[3];
        for (var i = 0; i < 3; i++)
        {
            if (!long.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out read[i]) || (numbers[i].Length > 1 && numbers[i][0] == '0'))
                return false;
        }
        version = new SemanticVersion(read[0], read[1], read[2], dash < 0 ? "" : core[(dash + 1)..]);
        return true;
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
            return 1;
        var byNumbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (byNumbers != 0 || PreRelease == other.PreRelease)
            return byNumbers;
        // A release comes after its pre-releases.
        if (PreRelease.Length == 0 || other.PreRelease.Length == 0)
            return PreRelease.Length == 0 ? 1 : -1;
        var (mine, theirs) = (PreRelease.Split('.'), other.PreRelease.Split('.'));
        for (var i = 0; i < Math.Min(mine.Length, theirs.Length); i++)
        {
            var order = (long.TryParse(mine[i], out var a), long.TryParse(theirs[i], out var b)) switch
            {
                (true, true) => a.CompareTo(b),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(mine[i], theirs[i]),
            };
            if (order != 0)
                return order;
        }
        return mine.Length.CompareTo(theirs.Length);
    }
}
