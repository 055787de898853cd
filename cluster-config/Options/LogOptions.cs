using Microsoft.Extensions.Logging;

namespace Handcarry.ClusterConfig.Options;

/// <summary>Section <c>log</c>.</summary>
public sealed record LogOptions
{
    /// <summary><c>log.level</c>, default Information: the least severe messages that are written.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;
}
