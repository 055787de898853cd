using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Media;
using Handcarry.Hosts.Node.Media.Volumes;
using Handcarry.Hosts.Node.Tests.Media.Devices;
using Handcarry.Streams.Bundles;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Media;

/// <summary>The suite wants two media, a named bundle is one: two of them are watched together.</summary>
public sealed class NamedBundleConformance : MediaSourceConformance, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IMediaSource Open()
    {
        var volumes = new VolumeReader(new VolumeOptions { MountFolder = _folder.MakeFolder("mounts") }, new BundleLimits(), TimeProvider.System);
        NamedBundleMediaSource Named(string name) => new(() => _folder.At("media", name), volumes, TimeProvider.System, new SilentMediaLog());
        _folder.MakeFolder("media");
        return new CombinedMediaSource([Named("upgrade-a.tar"), Named("upgrade-b.tar")]);
    }

    protected override async Task InsertAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(_folder.At(name), content);
        File.Move(_folder.At(name), _folder.At("media", name));
    }

    protected override Task RemoveAsync(string name)
    {
        File.Delete(_folder.At("media", name));
        return Task.CompletedTask;
    }
}
