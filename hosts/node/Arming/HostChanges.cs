using System.Text;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>
/// Makes changes to a host and undoes them. Before each change the journal says what was there, and the journal alone is no claim that it was made:
/// what is on the host tells. So the process may be killed between any two steps; doing the same again, or undoing it, goes on from there.
/// </summary>
internal sealed class HostChanges
{
    private readonly HostTree _tree;
    private readonly ChangeJournal _journal;
    private readonly Action<string> _step;

    /// <param name="root">The folder at which this process sees the host's root.</param>
    /// <param name="state">The agent's own folder for the journal, as this process sees it; its parent is there.</param>
    /// <param name="step">Called after each step with what was done: a test may end the work there.</param>
    public HostChanges(string root, string state, Action<string>? step = null)
    {
        _tree = new HostTree(root);
        _journal = ChangeJournal.Open(state);
        _step = step ?? (static _ => { });
    }

    /// <summary>What services have still to be told.</summary>
    public IReadOnlyList<ServiceAction> Owed => _journal.Content.Owed;

    /// <summary>Whether anything is changed, or owed.</summary>
    public bool IsAnythingChanged => _journal.Content.Entries.Count > 0 || Owed.Count > 0;

    /// <summary>The changes that are not made yet, folders on the way to them included, in the order in which they will be made.</summary>
    public IReadOnlyList<HostChange> Missing(IEnumerable<HostChange> changes) => [.. WithFolders(changes).Where(change => !IsMade(change))];

    /// <summary>Makes the changes that are not made yet, and puts back what was changed but is not wanted any more. All are looked at before the first is made.</summary>
    /// <param name="changes">What is wanted.</param>
    /// <param name="services">Which services must be told then.</param>
    /// <param name="untouched">Folders in which, and around which, nothing is put back though it is not among the changes.</param>
    /// <exception cref="ArmingException">Somebody else has changed a path, or something else is there; the message names all of them. Or a file could not be written.</exception>
    public ChangesMade Make(IReadOnlyList<HostChange> changes, IReadOnlyList<ServiceAction> services, IReadOnlyList<string>? untouched = null)
    {
        TidyAll();
        var missing = Missing(changes);
        var refusals = missing.Select(Refusal).OfType<ArmingException>().ToList();
        if (refusals.Count > 0)
            throw new ArmingException(refusals[0].Reason, string.Join('\n', refusals.Select(refusal => refusal.Message)));
        foreach (var change in missing)
        {
            var made = HostTree.Made(change);
            Note(change.Path, made, services);
            AtHost(change.Path, () => _tree.Put(change.Path, made, change is HostChange.PutFile file ? Encoding.UTF8.GetBytes(file.Text) : []));
            _step($"made {change.Path}");
        }
        var wanted = WithFolders(changes).Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        return new(missing, PutBackAll(entry => !wanted.Contains(entry.Path) && untouched?.Any(folder => IsWithin(entry.Path, folder) || IsWithin(folder, entry.Path)) != true));
    }

    /// <summary>Puts everything back as it was. What somebody else has changed meanwhile stays, and is returned.</summary>
    /// <exception cref="ArmingException">A file could not be written, or what was kept of it is damaged.</exception>
    public IReadOnlyList<LeftAsItIs> Undo()
    {
        TidyAll();
        var left = PutBackAll(static _ => true);
        ClearIfDone();
        return left;
    }

    /// <summary>Notes that a service was told.</summary>
    public void Paid(ServiceAction action)
    {
        _journal.Write(_journal.Content with { Owed = [.. Owed.Where(owed => owed != action)] });
        _step($"noted {action.Kind} {action.Unit}");
        ClearIfDone();
    }

    private void ClearIfDone()
    {
        if (!IsAnythingChanged)
            _journal.Clear();
    }

    private List<LeftAsItIs> PutBackAll(Func<JournalEntry, bool> which)
    {
        var left = new List<LeftAsItIs>();
        foreach (var entry in _journal.Content.Entries.Where(which).Reverse().ToList())
        {
            if (PutBack(entry) is { } stays)
                left.Add(stays);
            _journal.Write(_journal.Content with { Entries = [.. _journal.Content.Entries.Where(other => other.Path != entry.Path)] });
            _step($"forgot {entry.Path}");
        }
        return left;
    }

    private LeftAsItIs? PutBack(JournalEntry entry)
    {
        var now = _tree.Read(entry.Path);
        if (now == entry.Before)
            return null;
        if (!entry.Made.Any(now.Is))
            return new(entry.Path, $"{entry.Path} was changed by somebody else since this node was armed, so it stays as it is now. Look whether it still belongs there.");
        if (now.Kind == HostKind.Folder && Directory.EnumerateFileSystemEntries(_tree.At(entry.Path)).Any())
            return new(entry.Path, $"{entry.Path} is not empty, so it stays. Remove it if nobody needs what is in it.");
        if (!_journal.Content.Services.All(Owed.Contains))
        {
            _journal.Write(_journal.Content with { Owed = _journal.Content.Services });
            _step("noted what services will have to be told");
        }
        AtHost(entry.Path, () => _tree.Put(entry.Path, entry.Before, entry.Before.Kind == HostKind.File ? _journal.Kept(entry.Before.Content) : []));
        _step($"put back {entry.Path}");
        return null;
    }

    /// <summary>Writes down what is at a path and what will be, and whom that concerns.</summary>
    private void Note(string path, HostState made, IReadOnlyList<ServiceAction> services)
    {
        var content = _journal.Content with { Services = [.. _journal.Content.Services.Union(services)], Owed = [.. services.Union(Owed)] };
        if (_journal.Find(path) is { } known)
        {
            var more = known with { Made = [.. known.Made.Where(other => other != made), made] };
            _journal.Write(content with { Entries = [.. content.Entries.Select(entry => entry.Path == path ? more : entry)] });
        }
        else
        {
            var before = _tree.Read(path);
            if (before.Kind == HostKind.File)
            {
                _journal.Keep(_tree.Bytes(path));
                _step($"kept {path}");
            }
            _journal.Write(content with { Entries = [.. content.Entries, new JournalEntry(path, before, [made])] });
        }
        _step($"noted {path}");
    }

    private bool IsMade(HostChange change) =>
        change is HostChange.MakeFolder ? _tree.IsFolder(change.Path) : _tree.Read(change.Path).Is(HostTree.Made(change));

    private ArmingException? Refusal(HostChange change)
    {
        var now = _tree.Read(change.Path);
        if (now.Kind == HostKind.Other || (now.Kind == HostKind.Folder) != (change is HostChange.MakeFolder) && now.Kind != HostKind.Absent)
            return new(ArmingReasons.PathInTheWay, $"{change.Path} is a {now.Kind.ToString().ToLowerInvariant()}, where something else is needed: move it away.");
        var known = _journal.Find(change.Path);
        return known is null || now == known.Before || known.Made.Any(now.Is) || change is HostChange.MakeFolder
            ? null
            : new(ArmingReasons.ChangedByOthers, $"{change.Path} was changed by somebody else since this node was armed: disarm it, look at that file, and arm it again.");
    }

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);

    private void TidyAll()
    {
        foreach (var entry in _journal.Content.Entries)
            AtHost(entry.Path, () => _tree.Tidy(entry.Path));
    }

    private static IEnumerable<HostChange> WithFolders(IEnumerable<HostChange> changes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            foreach (var folder in change is HostChange.RemoveFile ? [] : Outer(change.Path).Reverse().Where(folder => seen.Add(folder)))
                yield return new HostChange.MakeFolder(folder);
            if (change is not HostChange.MakeFolder || seen.Add(change.Path))
                yield return change;
        }
    }

    private static IEnumerable<string> Outer(string path)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder != "/"; folder = Path.GetDirectoryName(folder)!)
            yield return folder;
    }

    /// <summary>Does something to a path of the host.</summary>
    /// <exception cref="ArmingException">It failed; the message names the path.</exception>
    internal static void AtHost(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArmingException(ArmingReasons.HostFileFailed, $"{path} cannot be changed: {e.Message}. Put that right and give the same command again.", e);
        }
    }
}
