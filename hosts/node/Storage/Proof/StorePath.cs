namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// The folders on the way to the one that was opened last: a tar goes through a layer folder by folder, so that of the next one mostly the last name alone is new.
/// </summary>
/// <param name="top">Where paths begin; it stays the caller's.</param>
internal sealed class StorePath(StoreFolder top) : IDisposable
{
    // Deeper than that folders are opened from the last one kept: a path that is nothing but slashes and letters must not use up the process's descriptors.
    private const int MaxKept = 32;

    private readonly List<(string Name, StoreFolder Folder)> _kept = [];
    private StoreFolder? _below;
    private string _belowPath = "";

    /// <summary>Opens the folder at <paramref name="path"/>, names separated by single slashes, empty for the top; it is valid until the next one is opened.</summary>
    /// <exception cref="IOException">It is not there, or no folder.</exception>
    public StoreFolder Open(ReadOnlySpan<char> path)
    {
        var depth = 0;
        while (!path.IsEmpty && depth < MaxKept)
        {
            var slash = path.IndexOf('/');
            var name = slash < 0 ? path : path[..slash];
            if (depth == _kept.Count || !name.SequenceEqual(_kept[depth].Name))
            {
                Forget(depth);
                var next = name.ToString();
                _kept.Add((next, Last.OpenFolder(next)));
            }
            depth++;
            path = slash < 0 ? [] : path[(slash + 1)..];
        }
        if (path.IsEmpty)
            return depth == 0 ? top : _kept[depth - 1].Folder;
        if (_below is null || !path.SequenceEqual(_belowPath))
        {
            _below?.Dispose();
            _below = null;
            _belowPath = path.ToString();
            _below = Last.OpenFolder(_belowPath);
        }
        return _below;
    }

    public void Dispose() => Forget(0);

    private StoreFolder Last => _kept.Count == 0 ? top : _kept[^1].Folder;

    private void Forget(int depth)
    {
        _below?.Dispose();
        _below = null;
        for (var i = _kept.Count; i > depth; i--)
            _kept[i - 1].Folder.Dispose();
        _kept.RemoveRange(depth, _kept.Count - depth);
    }
}
