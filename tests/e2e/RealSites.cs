namespace Handcarry.E2e.Tests;

/// <summary>One site at a time: each is several processes that want the whole machine.</summary>
[CollectionDefinition(nameof(RealSites), DisableParallelization = true)]
public sealed class RealSites;
