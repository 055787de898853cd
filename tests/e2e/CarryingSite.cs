using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.E2e.Tests;

/// <summary>A site with a bundle inserted into one of its nodes.</summary>
internal sealed class CarryingSite : IAsyncDisposable
{
    private readonly MadeRelease _release;
    private readonly string _bundle;

    private CarryingSite(LabSite site, MadeRelease release, string bundle, SiteNode supervisor)
    {
        Site = site;
        _release = release;
        _bundle = bundle;
        Supervisor = supervisor;
        Source = site.Nodes.FirstOrDefault(node => node != supervisor) ?? supervisor;
    }

    /// <summary>What the bundle holds.</summary>
    public MadeRelease Release => _release;

    /// <summary>The bundle's file.</summary>
    public string Bundle => _bundle;

    public LabSite Site { get; }

    /// <summary>The node that hosts the supervisor.</summary>
    public SiteNode Supervisor { get; }

    /// <summary>The node that gets the medium; another one, where there is one.</summary>
    public SiteNode Source { get; }

    public static Task<CarryingSite> StartAsync(long size, CancellationToken cancellationToken, SiteOptions? options = null, ReleaseOptions? versions = null) => StartAsync(
        size,
        async (folder, release, signer) => (await ReleaseBundle.WriteAsync(release, signer.Signature, folder.Root, cancellationToken)).Path,
        cancellationToken,
        options,
        versions);

    /// <param name="size">Bytes of the release's layers, about.</param>
    /// <param name="make">Makes the bundle of a release, and tells its path.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="options">What site; three nodes on the loopback address when null.</param>
    /// <param name="versions">Has the versions; those of <see cref="ReleaseOptions"/> when null, before PinnedImageSets.</param>
    public static async Task<CarryingSite> StartAsync(
        long size, Func<SiteFolder, MadeRelease, ReleaseSigner, Task<string>> make, CancellationToken cancellationToken, SiteOptions? options = null, ReleaseOptions? versions = null)
    {
        var folder = await SiteFolder.CreateAsync(cancellationToken);
        try
        {
            var release = ReleaseMaker.Make((versions ?? new ReleaseOptions()) with { Images = 6, Size = size }, folder.Release, Busybox.Read(), cancellationToken);
            var signed = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
            var bundle = await make(folder, release, signed);
            var site = await LabSite.StartAsync(folder, options ?? new SiteOptions(), release, signed.PublicKey, cancellationToken);
            try
            {
                return new CarryingSite(site, release, bundle, site.Node(await site.SupervisorAsync(cancellationToken)));
            }
            catch
            {
                await site.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await SiteSweep.RunAsync(folder, delete: true);
            throw;
        }
    }

    /// <summary>Inserts the bundle.</summary>
    public async Task InsertAsync(CancellationToken cancellationToken) => await Site.InsertAsync(Source, _bundle, cancellationToken);

    /// <summary>Inserts the bundle and kills the agent of a node once that node has a tenth of the bundle.</summary>
    /// <returns>Whether it was killed before the node had all of it.</returns>
    public async Task<bool> KillInTheMiddleAsync(SiteNode node, CancellationToken cancellationToken)
    {
        await InsertAsync(cancellationToken);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (node.BytesKept() < new FileInfo(_bundle).Length / 10)
        {
            Site.ThrowIfAgentDied();
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        await node.Agent.KillAsync();
        return node.BytesKept() < _release.Layers.Sum(static layer => layer.Size);
    }

    /// <summary>Waits for the end of the upgrade, and asserts that it is complete in the eyes of the nodes' runtimes, or podman, and the operator.</summary>
    public async Task AssertCompletesAsync(CancellationToken cancellationToken)
    {
        var last = SiteView.None;
        await foreach (var view in SiteViews.FollowAsync(Site.Api, cancellationToken))
        {
            last = view;
            Site.ThrowIfAgentDied();
            if (view.Upgrade.HasEnded)
                break;
        }

        Assert.Equal(("Completed", ""), (last.Upgrade.Phase, last.Upgrade.Reason));
        var version = VersionView.Of(await Site.Api.GetAsync($"{SiteApi.Versions}/{SiteApi.VersionName}", cancellationToken));
        Assert.True(version.Runs(_release.Options.Version), $"ClusterVersion is at {version.Current}.");
        var wanted = _release.Images.Select(static image => image.Name.ToString()).Order(StringComparer.Ordinal).ToList();
        foreach (var node in Site.Nodes)
            Assert.Empty(wanted.Except(await Site.Stores.ImagesAsync(node.Name)));
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();
}
