using System.Diagnostics;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>
/// The main job on one machine, told as it happens:
/// <code>
///   1 make a release and its bundle      4 follow until the upgrade has ended
///   2 start a site                       5 prove it, by asking others than the product
///   3 insert the bundle into a node
/// </code>
/// </summary>
internal sealed class DemoRun(DemoOptions options, IReporter reporter)
{
    /// <summary>Runs it in <paramref name="folder"/>; gives the site, still running, and whether everything that has to hold does.</summary>
    public async Task<(LabSite Site, bool Holds)> RunAsync(SiteFolder folder, CancellationToken cancellationToken)
    {
        // 1
        var release = ReleaseMaker.Make(options.Release, folder.Release, Busybox.Read(), cancellationToken);
        var signed = await ReleaseSigner.SignAsync(release, TimeProvider.System, cancellationToken);
        var bundle = options.Sealed
            ? await ReleaseBundle.SealAsync(release, signed.Signature, folder.Root, cancellationToken)
            : await ReleaseBundle.WriteAsync(release, signed.Signature, folder.Root, cancellationToken);
        reporter.Tell(new Fact(
            "bundle",
            $"Made release {options.Release.Version} of {release.Images.Count} images and its bundle of {Sizes.Mega(bundle.Size)}, {(options.Sealed ? "a sealed store" : "plain layers")}: {bundle.Path}",
            ("version", options.Release.Version), ("release", release.ReleaseImage.Name.ToString()), ("images", release.Images.Count), ("store", options.Sealed ? "sealed" : "layers"),
            ("path", bundle.Path), ("size", bundle.Size), ("sha256", bundle.Sha256), ("unpackedSize", release.UnpackedSize)));
        var fault = options.Corrupt ? Corrupt(bundle, release) : null;
        var once = await ReadOnce.MeasureAsync(bundle.Path, cancellationToken);
        reporter.Tell(new Fact(
            "readOnce",
            $"Reading the bundle once takes {Sizes.Seconds(once.Time)} here ({once.Command})",
            ("seconds", once.Time.TotalSeconds), ("command", once.Command)));

        // 2
        var site = await LabSite.StartAsync(folder, options.Site, release, signed.PublicKey, cancellationToken);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(options.Patience);
            return (site, await UpgradeAsync(site, release, bundle, fault, once, patience.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var words = string.Join('\n', site.Nodes.Select(static node => $"--- {node.Agent.Log}\n{node.Agent.LastWords(5)}"));
            await site.DisposeAsync();
            throw new LabException($"The upgrade has not ended within {options.Patience.TotalSeconds:F0} s.\n{words}");
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    private async Task<bool> UpgradeAsync(
        LabSite site, MadeRelease release, ReleaseBundle bundle, BundleFault? fault, ReadOnce once, CancellationToken cancellationToken)
    {
        var supervisor = await site.SupervisorAsync(cancellationToken);
        reporter.Tell(new Fact(
            "site",
            $"Started a site of {site.Nodes.Count} nodes that runs {options.Release.Previous}; the supervisor is on {supervisor}: {site.Folder.Root}",
            ("folder", site.Folder.Root), ("supervisor", supervisor), ("version", options.Release.Previous),
            ("nodes", site.Nodes.Select(static node => new { name = node.Name, processId = node.Agent.ProcessId, root = node.Root, log = node.Agent.Log }))));

        // 3
        var started = Stopwatch.GetTimestamp();
        var node = site.Nodes[Math.Min(1, site.Nodes.Count - 1)];
        var medium = await site.InsertAsync(node, bundle.Path, cancellationToken);
        reporter.Tell(new Fact(
            "inserted",
            $"Inserted it into {node.Name}: {medium.Description}",
            ("node", node.Name), ("medium", medium.Description), ("path", medium.Path)));

        // 4
        var last = await FollowAsync(site, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started);

        // 5
        var proofs = fault is null
            ? new UpgradeProofs(site, release, bundle, medium, last, took, once).AllAsync(cancellationToken)
            : new RefusalProofs(site, fault, last).AllAsync(cancellationToken);
        var holds = true;
        await foreach (var proof in proofs)
        {
            reporter.Tell(proof);
            holds &= proof.Holds;
        }

        return holds;
    }

    private BundleFault Corrupt(ReleaseBundle bundle, MadeRelease release)
    {
        var fault = BundleFault.Inject(bundle.Path, release);
        reporter.Tell(new Fact(
            "fault",
            $"Flipped one bit at byte {fault.Offset} of it, in layer {fault.Blob} of image {fault.Image.Tag}",
            ("offset", fault.Offset), ("blob", fault.Blob.ToString()), ("image", fault.Image.Name.ToString())));
        return fault;
    }

    private async Task<SiteView> FollowAsync(LabSite site, CancellationToken cancellationToken)
    {
        var last = SiteView.None;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = reporter.ShowAsync(async show =>
        {
            await foreach (var view in SiteViews.FollowAsync(site.Api, stop.Token))
            {
                show(last = view);
                if (view.Upgrade.HasEnded)
                    return;
            }
        });
        await Task.WhenAny(following, site.AnyAgentDied);
        if (!following.IsCompleted)
            await stop.CancelAsync();
        try
        {
            await following;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            site.ThrowIfAgentDied();
        }

        // The two objects change independently of each other: the newest of this one may not have been seen yet.
        var version = await site.Api.GetAsync($"{SiteApi.Versions}/{SiteApi.VersionName}", cancellationToken);
        return last with { Version = VersionView.Of(version) };
    }
}
