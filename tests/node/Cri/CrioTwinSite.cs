using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Cri;

/// <summary>A CRI-O twin with a folder for its drop-ins.</summary>
internal sealed class CrioTwinSite : IRuntimeSite
{
    private readonly TestFolder _folder = new();
    private int _made;

    public CrioTwinSite(int minor) => Crio = new CrioTwin(new CrioRules(minor), _folder.MakeFolder("etc", "crio", "crio.conf.d"));

    public CrioTwin Crio { get; }

    public IContainerRuntime Runtime => Crio;

    public IServiceManager Services => Crio;

    public string Root => _folder.Root;

    public string DropIns => _folder.At("etc", "crio", "crio.conf.d");

    public string PinsState => Path.Combine(_folder.MakeFolder("state"), "pins");

    public ValueTask<WantedImage> OfferAsync() => ValueTask.FromResult(Offer(new WantedImage(NextName())));

    public ValueTask<WantedImage> OfferListAsync() => ValueTask.FromResult(Offer(new WantedImage(NextName(), NextName().Digest)));

    public ValueTask StopMirrorAsync()
    {
        Crio.Mirror = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>An image in the additional store, not on the mirror.</summary>
    public WantedImage Preload(bool list = false)
    {
        var wanted = new WantedImage(NextName(), list ? NextName().Digest : null);
        (Crio.Additional ??= new CrioStore()).Add(CrioImage.Of(wanted));
        return wanted;
    }

    /// <summary>The mirror has it, by both of its names; who pulls by the instance learns nothing of the list.</summary>
    public WantedImage Offer(WantedImage wanted)
    {
        Crio.Mirror![wanted.Names[^1]] = CrioImage.Of(new WantedImage(wanted.Names[^1]));
        Crio.Mirror[wanted.Name] = CrioImage.Of(wanted);
        return wanted;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private ImageName NextName() => new(ImageMaker.Repository, Digest.Of(BitConverter.GetBytes(++_made)));
}
