using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Pins;

public sealed class InMemoryRuntimeConfigConformance : RuntimeConfigConformance
{
    private readonly HashSet<ImageName> _offered = [];
    private InMemoryRuntimeConfig? _config;

    protected override Task<IRuntimeConfig> OpenAsync() => Task.FromResult<IRuntimeConfig>(_config = new InMemoryRuntimeConfig(_offered.Contains));

    protected override Task<ImageName> OfferAsync()
    {
        var image = new ImageName(ImageMaker.Repository, Digest.Of(BitConverter.GetBytes(_offered.Count)));
        _offered.Add(image);
        return Task.FromResult(image);
    }

    protected override ImageName Absent() => new(ImageMaker.Repository, Digest.Of("absent"u8));

    protected override Task<bool> IsPinnedAsync(ImageName image) => Task.FromResult(_config!.Pinned.Contains(image.ToString()));

    protected override Task RestartAsync()
    {
        _config!.Restart();
        return Task.CompletedTask;
    }
}
