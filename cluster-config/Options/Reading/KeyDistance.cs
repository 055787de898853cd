namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>Which known key a mistyped one is nearest to (Levenshtein distance, regardless of case).</summary>
internal static class KeyDistance
{
    public static string Nearest(string key, IEnumerable<string> known) => known.MinBy(candidate => Between(key, candidate))!;

    private static int Between(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substituted = diagonal + (char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
