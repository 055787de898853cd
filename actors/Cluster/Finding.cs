namespace Handcarry.Actors.Cluster;

/// <summary>Something that speaks against using a bundle, or that somebody should know of before it is used.</summary>
/// <param name="Reason">Reason word.</param>
/// <param name="Message">What was found, naming the node, pool, operator or digest: one sentence.</param>
/// <param name="Remedy">What to do about it: one sentence.</param>
/// <param name="Severity">Whether it keeps the bundle from being used.</param>
public sealed record Finding(string Reason, string Message, string Remedy, Severity Severity = Severity.Refusal)
{
    /// <summary>How many findings <see cref="Told"/> tells in full: at five hundred nodes there may be five hundred.</summary>
    public const int MostTold = 8;

    /// <summary>What was found and what to do.</summary>
    public string Sentence => $"{Message} {Remedy}";

    /// <summary>The sentences of <paramref name="findings"/>, and how many more there are.</summary>
    public static string Told(IReadOnlyCollection<Finding> findings) =>
        string.Join(" ", findings.Take(MostTold).Select(f => f.Sentence)) + (findings.Count > MostTold ? $" There are {findings.Count - MostTold} more findings." : "");
}
