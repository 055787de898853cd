namespace Handcarry.Hosts.Node.Tests.Sandbox;

/// <summary>The tests that share a <see cref="SandboxSystemd"/>.</summary>
[CollectionDefinition(SandboxSystemd.Collection)]
public sealed class SandboxCollection : ICollectionFixture<SandboxSystemd>;
