using System.Globalization;

namespace Handcarry.Cli.Rendering;

/// <summary>A stage as one line of text.</summary>
internal static class StageText
{
    public static string Of(StageView stage)
    {
        var text = $"{stage.Name}: {Amount(stage)}";
        if (stage is { Bytes: > 0, BytesPerSecond: { } speed })
            text += $", {HumanBytes.Of((long)speed)}/s";
        return stage.State switch
        {
            StageState.Done => $"{text}, done in {Duration(stage.Elapsed)}",
            StageState.Stopped => $"{text}, stopped after {Duration(stage.Elapsed)}",
            _ => stage.SecondsLeft is { } left ? $"{text}, {Duration(TimeSpan.FromSeconds(left))} left" : text,
        };
    }

    /// <summary>Hours, minutes and seconds as far as they matter.</summary>
    internal static string Duration(TimeSpan time) => (long)Math.Round(time.TotalSeconds) switch
    {
        < 60 and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
        < 3600 and var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60:00} s"),
        var seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds / 60 % 60:00} min"),
    };

    private static string Amount(StageView stage)
    {
        if (stage.Total is not { } total)
            return HumanBytes.Of(stage.Bytes);

        return stage.Bytes >= total
            ? HumanBytes.Of(total)
            : string.Create(CultureInfo.InvariantCulture, $"{HumanBytes.Of(stage.Bytes)} of {HumanBytes.Of(total)} ({Math.Floor(100.0 * stage.Bytes / total):0}%)");
    }
}
