using System.Runtime.CompilerServices;
using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>What has to hold after an upgrade, asked of podman, skopeo, the kernel and the API server.</summary>
internal sealed class UpgradeProofs(
    LabSite site, MadeRelease release, ReleaseBundle bundle, InsertedMedium medium, SiteView last, TimeSpan took, ReadOnce once)
{
    private const long MemoryLimit = 220_000_000;

    // The medium is also looked at for its size and kind, with the kernel's read-ahead; never a second time from front to back.
    private const double MostOfOneReading = 1.1;
    private const long LookedAt = 2 << 20;

    public async IAsyncEnumerable<Proof> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var images = release.Images.Select(static image => image.Name).ToList();
        var list = Path.Combine(site.Folder.Root, "images.txt");
        await File.WriteAllLinesAsync(list, images.Select(static image => image.ToString()), cancellationToken);
        foreach (var node in site.Nodes)
        {
            var found = 0;
            foreach (var image in images)
                found += await node.Store.HasAsync(image, cancellationToken) ? 1 : 0;
            yield return new Proof(
                found == images.Count,
                new Fact(
                    "images",
                    $"{node.Name}: skopeo finds {found} of {images.Count} images by name and digest in {node.StorePath}",
                    ("node", node.Name), ("found", found), ("of", images.Count), ("store", node.StorePath)),
                node.Store.CountCommand(list));
        }

        yield return await RunImageAsync(site.Nodes[^1], cancellationToken);
        yield return History();
        if (await PinProof.AskAsync(site, release, cancellationToken) is { } pinned)
            yield return pinned;
        foreach (var node in site.Nodes)
            yield return Memory(node);
        yield return ReadFromMedium();
        yield return new Proof(
            true,
            new Fact(
                "time",
                $"From inserting the bundle to {release.Options.Version}: {Sizes.Seconds(took)}, {took / once.Time:F1} times reading the bundle once ({once.Time.TotalSeconds:F2} s)",
                ("seconds", took.TotalSeconds), ("readOnceSeconds", once.Time.TotalSeconds), ("multiple", took / once.Time)),
            once.Command);
    }

    private async Task<Proof> RunImageAsync(SiteNode node, CancellationToken cancellationToken)
    {
        var image = release.ProgramImage.Name;
        string printed;
        try
        {
            printed = await node.Store.RunAsync(image, cancellationToken, MadeRelease.Program);
        }
        catch (LabException error)
        {
            printed = error.Message;
        }

        return new Proof(
            printed == release.ProgramOutput,
            new Fact(
                "run",
                $"{node.Name}: podman runs {image} without pulling, and it says: {printed}",
                ("node", node.Name), ("image", image.ToString()), ("output", printed)),
            node.Store.RunCommand(image, MadeRelease.Program));
    }

    private Proof History()
    {
        var newest = last.Version.History is [var first, ..] ? first : null;
        return new Proof(
            last.Version.Runs(release.Options.Version) && newest is { Verified: true } && newest.Image == release.ReleaseImage.Name.ToString(),
            new Fact(
                "history",
                $"ClusterVersion history: {string.Join(", ", last.Version.History.Select(static e => $"{e.Version} {e.State}{(e.Verified ? " (signature verified)" : "")}"))}",
                ("history", last.Version.History), ("phase", last.Upgrade.Phase), ("message", last.Upgrade.Message)),
            site.Curl($"{SiteApi.Versions}/{SiteApi.VersionName}"));
    }

    private static Proof Memory(SiteNode node)
    {
        var peak = node.Agent.PeakMemory;
        return new Proof(
            peak is > 0 and < MemoryLimit,
            new Fact(
                "memory",
                $"{node.Name}: the agent's resident memory was {Sizes.Mega(peak)} at its peak (limit {Sizes.Mega(MemoryLimit)})",
                ("node", node.Name), ("peakBytes", peak), ("limitBytes", MemoryLimit)),
            $"grep VmHWM /proc/{node.Agent.ProcessId}/status");
    }

    private Proof ReadFromMedium()
    {
        if (medium.BytesRead is not { } read)
        {
            return new Proof(
                true,
                new Fact("medium", "How often the medium was read cannot be told here: it is a file, not a device", ("bytesRead", null), ("bundleSize", bundle.Size)),
                medium.BytesReadCommand);
        }

        var multiple = (double)read / bundle.Size;
        return new Proof(
            read >= bundle.Size && read < (bundle.Size * MostOfOneReading) + LookedAt,
            new Fact(
                "medium",
                $"{Sizes.Mega(read)} were read from the medium, {multiple:F2} times the bundle, for {site.Nodes.Count} nodes",
                ("bytesRead", read), ("bundleSize", bundle.Size), ("multiple", multiple)),
            medium.BytesReadCommand);
    }
}
