using System.Collections.Immutable;
using Handcarry.Actors.Protocol;

namespace Handcarry.Actors.Cluster;

/// <summary>
/// Who has sent wrong bytes to whom. A node that has sent them repeatedly is left out: nobody draws from it. A node that accuses several
/// others is the one to suspect, for its own memory spoils what it receives; it is left out instead of them. Both end when the agent of
/// that node is started again.
/// </summary>
public sealed record Trust
{
    /// <summary>How many refused blobs count as repeatedly. One or two may be a bad sector; they are drawn from another holder.</summary>
    public const int MostWrong = 3;

    private static readonly IComparer<(string By, string Holder)> ByNames = Comparer<(string By, string Holder)>.Create((a, b) =>
        string.CompareOrdinal(a.By, b.By) is var by and not 0 ? by : string.CompareOrdinal(a.Holder, b.Holder));

    private ImmutableSortedDictionary<(string By, string Holder), (long Incarnation, HolderComplaint Complaint)> Complaints { get; init; } =
        ImmutableSortedDictionary.Create<(string By, string Holder), (long Incarnation, HolderComplaint Complaint)>(ByNames);

    /// <summary>Nobody has a complaint.</summary>
    public static Trust Full { get; } = new();

    /// <summary>Everyone from whom nobody is to draw.</summary>
    public ImmutableSortedSet<string> LeftOut => [.. Suspects.Concat(Grave.Where(c => !Suspects.Contains(c.By)).Select(c => c.Complaint.Holder))];

    /// <summary>Nodes that accuse two others or more.</summary>
    public ImmutableSortedSet<string> Suspects => [.. Grave.GroupBy(c => c.By).Where(by => by.Count() > 1).Select(by => by.Key)];

    private IEnumerable<(string By, HolderComplaint Complaint)> Grave =>
        Complaints.Where(c => c.Value.Complaint.Times >= MostWrong).Select(c => (c.Key.By, c.Value.Complaint));

    /// <summary>What is known once <paramref name="report"/> has come.</summary>
    public Trust Learn(NodeReport report)
    {
        if (Complaints.IsEmpty && report.Complaints.Count == 0)
            return this;
        var forgiven = Complaints.Where(c =>
            (c.Key.By == report.Node && c.Value.Incarnation != report.Self.Incarnation)
            || (c.Key.Holder == report.Node && c.Value.Complaint.Incarnation != report.Self.Incarnation)).Select(c => c.Key);
        var complaints = Complaints.RemoveRange(forgiven);
        foreach (var complaint in report.Complaints)
            complaints = complaints.SetItem((report.Node, complaint.Holder), (report.Self.Incarnation, complaint));
        return complaints.SequenceEqual(Complaints) ? this : this with { Complaints = complaints };
    }

    /// <summary>Complaints that this has and <paramref name="earlier"/> had not.</summary>
    public IEnumerable<(string By, HolderComplaint Complaint)> Since(Trust earlier) =>
        Complaints.Where(c => !earlier.Complaints.ContainsKey(c.Key)).Select(c => (c.Key.By, c.Value.Complaint));

    /// <summary>One sentence on why <paramref name="node"/> is left out, and what to do; null when it is not.</summary>
    public string? Against(string node)
    {
        if (Suspects.Contains(node))
        {
            var holders = string.Join(" and ", Grave.Where(c => c.By == node).Select(c => c.Complaint.Holder));
            return $"{node} refuses what {holders} send; more likely it spoils the bytes itself. Nobody draws from it until its agent is started again. Check its memory first.";
        }

        return Grave.Where(c => c.Complaint.Holder == node && !Suspects.Contains(c.By)).Select(c => c.Complaint.Message + $" It was sent to {c.By}.").FirstOrDefault() is { } last
            ? $"{node} has sent wrong bytes repeatedly; nobody draws from it until its agent is started again. Check its disk and memory first. {last}"
            : null;
    }
}
