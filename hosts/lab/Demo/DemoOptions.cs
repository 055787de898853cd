using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>What the demo is asked to show.</summary>
internal sealed record DemoOptions
{
    /// <summary>The versions that the demo shows: from 4.19 on a cluster pins a release's images by PinnedImageSets.</summary>
    public static ReleaseOptions Versions { get; } = new() { Version = "4.20.12", Previous = "4.20.11" };

    public required ReleaseOptions Release { get; init; }

    public required SiteOptions Site { get; init; }

    /// <summary>Whether the images are in a sealed store, or in plain layers.</summary>
    public bool Sealed { get; init; }

    /// <summary>Flip one bit in a layer on the medium; the site must refuse the bundle.</summary>
    public bool Corrupt { get; init; }

    /// <summary>
    /// How long the upgrade may take: two minutes, in which the supervisor looks a few times at what the machine config operator says, and the time for every node to load everything at 2 MB per second, a tenth of what one
    /// core manages (reference/container-storage.md section F).
    /// </summary>
    public TimeSpan Patience => TimeSpan.FromSeconds(120 + (Release.Size * Site.Nodes / 2e6));
}
