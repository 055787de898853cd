using Handcarry.Actors.Node;
using Handcarry.Hosts.Node.Arming;
using Handcarry.Hosts.Node.Cri;
using Handcarry.Hosts.Node.Pins;
using Handcarry.Hosts.Node.Tests.Cri;
using Handcarry.Hosts.Node.Tests.Storage;
using Handcarry.Streams.Content;
using Handcarry.Twins.Node;

namespace Handcarry.Hosts.Node.Tests.Pins;

/// <summary>The real configuration of a host's files, with the twin of CRI-O 1.32.</summary>
public sealed class CrioRuntimeConfigConformance : RuntimeConfigConformance, IDisposable
{
    private readonly CrioTwinSite _site = new(32);
    private readonly TestFolder _folder = new();
    private GreetingSocket? _socket;
    private RuntimeWatch? _watch;
    private BlobStore? _blobs;

    public void Dispose()
    {
        _watch?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _socket?.Dispose();
        _blobs?.Dispose();
        _folder.Dispose();
        _site.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    [Fact]
    public async Task Disarming_takes_the_pins_away_and_leaves_the_host_as_it_was()
    {
        var before = Arming.HostSnapshot.Of(Path.Combine(_site.Root, "etc"));
        var config = await OpenAsync();
        var image = await OfferAsync();
        await config.PinAsync("a-0", [image], default);
        Assert.True(await IsPinnedAsync(image));

        var outcome = await new NodeArming(_site.Root, State, _site.Services, null, new Granted()).DisarmAsync(Settings.Store, default);

        Assert.Empty(outcome.Left);
        Assert.Equal(before, Arming.HostSnapshot.Of(Path.Combine(_site.Root, "etc")));
        Assert.False(await IsPinnedAsync(image));
    }

    [Fact]
    public async Task A_PinnedImageSet_that_lacks_the_images_is_named_with_what_to_do()
    {
        var config = await OpenAsync();
        await File.WriteAllTextAsync(Path.Combine(_site.DropIns, "50-pinned-images"), "[crio]\n[crio.image]\npinned_images = [\"quay.io/x/y@z\"]\n");

        var state = await config.PinAsync("a-0", [await OfferAsync()], default);

        Assert.Equal((false, RuntimeReasons.PinsOverruled), (state.Pinned, state.Why?.Reason));
        Assert.Contains("Add the images of the bundle to it.", state.Why?.Message, StringComparison.Ordinal);
    }

    protected override async Task<IRuntimeConfig> OpenAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(State)!);
        await new NodeArming(_site.Root, State, _site.Services, null, new Granted()).ArmAsync(ArmingPlanner.Plan(new HostFactsReader(_site.Root).Read() with { Runtime = NodeRuntime.Crio }, Settings), default);
        _socket = new GreetingSocket(_folder.At("runtime.sock"));
        _watch = new RuntimeWatch(_socket.Path, TimeProvider.System);
        _blobs = BlobStore.Open(_folder.MakeFolder("blobs"));
        var check = new ArmingCheck(_site.Root, State, Settings, NodeRuntime.Crio, needsStore: true);
        var pins = new CrioPins(_site.Runtime, _site.Services, new Granted(), new CrioPinsOptions { Root = _site.Root, State = Path.Combine(Path.GetDirectoryName(State)!, "pins"), ApplyTimeout = TimeSpan.FromSeconds(5) }, TimeProvider.System);
        return new RuntimeConfig(check, pins, new BundleImages(_blobs, ImageMaker.Architecture), _folder.At("pinned.json"), _watch);
    }

    protected override Task<ImageName> OfferAsync() => Task.FromResult(_site.Preload().Name);

    protected override ImageName Absent() => new(ImageMaker.Repository, Digest.Of("absent"u8));

    protected override async Task<bool> IsPinnedAsync(ImageName image) => (await _site.Runtime.FindAsync(image.ToString(), default))!.Pinned;

    protected override async Task RestartAsync()
    {
        await Twins.Eventually.HoldsAsync(() => _socket!.HasGuest, "who hears of the restart");
        _socket!.Restart();
    }

    private static ArmingSettings Settings { get; } = new();

    private string State => Path.Combine(_site.Root, "var/lib/handcarry/arming");

    private sealed class Granted : IRestartPermission
    {
        public ValueTask<RestartPermit> AskAsync(string unit, CancellationToken cancellationToken) => ValueTask.FromResult(new RestartPermit(null));
    }
}
