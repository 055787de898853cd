using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>The violations that a proof has found until now, from any thread; more than the limit are only counted. Whoever wants to is told of each.</summary>
internal sealed class Findings(int limit, Action? found = null)
{
    private readonly List<StoreViolation> _found = [];
    private long _omitted;

    public void Add(string reason, string path, string sentence, ImageName? image = null, Digest? layer = null)
    {
        lock (_found)
        {
            if (_found.Count < limit)
                _found.Add(new StoreViolation(reason, StoreText.Show(path), image, layer, sentence));
            else
                _omitted++;
        }
        found?.Invoke();
    }

    public StoreProof Conclude(bool ownersKnown, int images, int layers, long bytes)
    {
        lock (_found)
            return new StoreProof([.. _found.OrderBy(static one => one.Path, StringComparer.Ordinal).ThenBy(static one => one.Sentence, StringComparer.Ordinal)], _omitted, ownersKnown, images, layers, bytes);
    }
}
