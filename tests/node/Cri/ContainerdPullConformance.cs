using Handcarry.Actors.Node;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>The strategy cri-pull is an image store like any other: a real containerd, the agent's own loopback listener, and arming between them.</summary>
public sealed class ContainerdPullConformance : ImageStoreConformance, IAsyncLifetime
{
    private PullSite? _site;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_site is { } site)
            await site.DisposeAsync();
    }

    protected override IImageStore Open()
    {
        _site = Task.Run(() => PullSite.StartAsync()).GetAwaiter().GetResult();
        return _site.Open();
    }

    protected override StoreImage MakeImage(string repository) => _site!.Offer(_site.Images.MakeUnique(repository));

    protected override void Damage(StoreImage image) => _site!.Images.RemoveLayer(image);

    protected override IImageStore Reopen(IImageStore store) => _site!.Open();
}
