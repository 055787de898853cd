namespace Handcarry.Hosts.Node.Media;

/// <summary>What the kernel reported of a folder in one go.</summary>
/// <param name="Names">Names at which something happened; those with true left in between, whatever is there now.</param>
/// <param name="Overflow">Events were lost: look at everything.</param>
/// <param name="FolderGone">The folder itself was removed, moved away or unmounted.</param>
internal sealed record FolderEvents(IReadOnlyDictionary<string, bool> Names, bool Overflow, bool FolderGone);
