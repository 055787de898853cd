namespace Handcarry.Actors.Node;

/// <summary>How fast a medium is.</summary>
/// <param name="BytesPerSecond">Bytes it gave per second in which it was asked for some; more than 0.</param>
/// <param name="Position">How far it has been read, in bytes from the start of the bundle.</param>
public sealed record MediumSpeed(double BytesPerSecond, long Position)
{
    /// <summary>How long the rest of a bundle of <paramref name="length"/> bytes takes at this speed.</summary>
    public TimeSpan Left(long length) => TimeSpan.FromSeconds(Math.Max(0, length - Position) / BytesPerSecond);
}
