using Microsoft.Extensions.Logging;

namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>log</c>.</summary>
public sealed record LogOptions
{
    /// <summary><c>log.level</c>, default Information: the least severe messages that are written.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Lines for people.</summary>
    public const string Text = "text";

    /// <summary>Lines of JSON, for what collects logs.</summary>
    public const string Json = "json";

    /// <summary><c>log.format</c>, default <see cref="Text"/>: how they are written.</summary>
    public string Format { get; init; } = Text;
}
