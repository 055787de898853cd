using Handcarry.Registries;

namespace Handcarry.Streams.Tests.Registry;

/// <summary>The suite against Debian's docker-registry.</summary>
public sealed class DebianRegistryTests : RegistrySuite
{
    private static readonly HttpClient Client = new();

    private RegistryProcess _registry = null!;

    protected override HttpClient Http => Client;

    protected override Uri Endpoint => _registry.Endpoint;

    // Version 2.8 of the program implements version 1.0 of the specification.
    protected override bool KnowsReferrers => false;

    protected override bool PagesTags => false;

    protected override bool PlacesPieces => false;

    public override async Task InitializeAsync() => _registry = await RegistryProcess.StartAsync();

    public override async Task DisposeAsync() => await _registry.DisposeAsync();
}
