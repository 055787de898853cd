using Handcarry.Actors.Node;

namespace Handcarry.Twins.Node;

/// <summary>A medium of <see cref="InMemoryMediaSource"/>, shared with the streams that read it.</summary>
internal sealed class InsertedMedium(Medium medium, byte[] content)
{
    private volatile bool _removed;

    public Medium Medium => medium;

    public byte[] Content => content;

    public bool Removed
    {
        get => _removed;
        set => _removed = value;
    }
}
