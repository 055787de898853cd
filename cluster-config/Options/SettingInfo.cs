namespace Handcarry.ClusterConfig.Options;

/// <summary>A setting this version knows.</summary>
/// <param name="Key">Its name as in the file, dotted: <c>cluster.foundAfter</c>.</param>
/// <param name="Expected">What a value looks like, for people.</param>
/// <param name="Default">The value when it is not set; null when it must be set.</param>
public sealed record SettingInfo(string Key, string Expected, string? Default);
