using System.Text.Json.Serialization;

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

    /// <summary>What it is about: kind and name with a slash between them (<c>Node/worker-1</c>); empty for the bundle itself.</summary>
    public string Subject { get; init => field = value ?? ""; } = "";

    /// <summary>What was found and what to do.</summary>
    [JsonIgnore]
    public string Sentence => Remedy.Length == 0 ? Message : $"{Message} {Remedy}";

    /// <summary>The sentences of the refusals and warnings among <paramref name="findings"/>, and how many more there are.</summary>
    public static string Told(IEnumerable<Finding> findings)
    {
        var told = findings.Where(f => f.Severity != Severity.Information).ToList();
        return string.Join(" ", told.Take(MostTold).Select(f => f.Sentence)) + (told.Count > MostTold ? $" There are {told.Count - MostTold} more findings." : "");
    }

    /// <summary>The same about <paramref name="name"/> of <paramref name="kind"/>.</summary>
    public Finding About(string kind, string name) => this with { Subject = $"{kind}/{name}" };
}
