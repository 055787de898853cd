namespace Handcarry.ClusterConfig.Options.Reading;

/// <summary>One of file, environment and flags: the values it gives, by key.</summary>
internal sealed record Layer(IReadOnlyDictionary<string, RawValue> Values);
