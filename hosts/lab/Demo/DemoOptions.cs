using Handcarry.Lab.Release;
using Handcarry.Lab.Site;

namespace Handcarry.Lab.Demo;

/// <summary>What the demo is asked to show.</summary>
internal sealed record DemoOptions
{
    public required ReleaseOptions Release { get; init; }

    public required SiteOptions Site { get; init; }

    /// <summary>Whether the images are in a sealed store, or in plain layers.</summary>
    public bool Sealed { get; init; }

    /// <summary>Flip one bit in a layer on the medium; the site must refuse the bundle.</summary>
    public bool Corrupt { get; init; }

    /// <summary>
    /// How long the upgrade may take: a minute, and the time for every node to load everything at 2 MB per second, a tenth of what one
    /// core manages (reference/container-storage.md section F).
    /// </summary>
    public TimeSpan Patience => TimeSpan.FromSeconds(60 + (Release.Size * Site.Nodes / 2e6));
}
