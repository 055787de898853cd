using Handcarry.Hosts.Node.Media.Receipts;

namespace Handcarry.Hosts.Node.Media.Volumes;

/// <summary>What is on a device.</summary>
/// <param name="Bundles">All that are there, by name.</param>
/// <param name="Findings">What was passed over, and why: for the log, and for the technician when there is no bundle.</param>
public sealed record VolumeContents(IReadOnlyList<FoundBundle> Bundles, IReadOnlyList<VolumeFinding> Findings)
{
    /// <summary>The wish for a receipt; null when there is none.</summary>
    public ReceiptWish? Wish { get; init; }
}
