namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>A value that was understood.</summary>
internal readonly record struct Parsed<T>(T Value);
