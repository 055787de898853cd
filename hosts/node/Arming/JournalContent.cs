namespace Handcarry.Hosts.Node.Arming;

/// <summary>The journal as it is on disk.</summary>
/// <param name="Format">1.</param>
/// <param name="Entries">In the order in which the changes are made.</param>
/// <param name="Services">What belongs to the changes, when they are made as when they are undone.</param>
/// <param name="Owed">Of these what is still to be done.</param>
public sealed record JournalContent(int Format, IReadOnlyList<JournalEntry> Entries, IReadOnlyList<ServiceAction> Services, IReadOnlyList<ServiceAction> Owed)
{
    /// <summary>Nothing is changed.</summary>
    public static JournalContent Empty { get; } = new(1, [], [], []);
}
