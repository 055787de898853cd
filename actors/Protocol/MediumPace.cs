using System.Globalization;

namespace Handcarry.Actors.Protocol;

/// <summary>How fast a medium is being read.</summary>
/// <param name="BytesPerSecond">Bytes it gives per second in which it is asked for some; more than 0.</param>
/// <param name="SecondsLeft">Seconds that the rest of the bundle takes at this speed.</param>
/// <param name="Slow">Whether it is slower than the setting <c>media.slowBelow</c> of its node.</param>
public sealed record MediumPace(long BytesPerSecond, long SecondsLeft, bool Slow)
{
    private const int Minute = 60;

    private string TimeLeft => SecondsLeft switch
    {
        <= Minute => "a minute",
        < 100 * Minute => string.Create(CultureInfo.InvariantCulture, $"{(SecondsLeft + Minute - 1) / Minute} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{SecondsLeft / 3600.0:0.0} hours"),
    };

    /// <summary>For people: <c>4.1 MB/s, 40 minutes left</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{BytesPerSecond / 1e6:0.0} MB/s, {TimeLeft} left");
}
