namespace Handcarry.Actors.Node;

/// <summary>A stream of a medium that measures how fast the medium is while it is read.</summary>
public interface IMeasuredMedium
{
    /// <summary>The newest figure; null in the first seconds. Any thread may ask, also when the stream is closed.</summary>
    MediumSpeed? Speed { get; }
}
