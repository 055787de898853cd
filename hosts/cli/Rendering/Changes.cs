using Handcarry.Actors.Protocol.Clients;

namespace Handcarry.Cli.Rendering;

/// <summary>What is different from one answer to the next, a line for each.</summary>
internal static class Changes
{
    public static IEnumerable<string> Between(ClientReply? before, ClientReply after)
    {
        var earlier = before is null ? null : StatusScreen.Of(before);
        var later = StatusScreen.Of(after);
        foreach (var fact in later.Facts)
        {
            if (earlier is null || !earlier.Facts.Contains(fact))
                yield return $"{fact.Label}: {fact.Text}";
        }

        foreach (var row in later.Rows)
        {
            if (earlier?.Rows.Any(one => one.SequenceEqual(row)) != true)
                yield return $"{row[0]}: {row[1]}, holds {row[2]}, images {row[3]}" + Unless(row[4], ", media ") + Unless(row[5], ", ");
        }

        foreach (var row in earlier?.Rows ?? [])
        {
            if (!later.Rows.Any(one => one[0] == row[0]))
                yield return $"{row[0]}: gone";
        }
    }

    private static string Unless(string cell, string prefix) => cell == "-" ? "" : prefix + cell;
}
