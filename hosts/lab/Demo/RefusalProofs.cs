using System.Runtime.CompilerServices;
using Handcarry.Lab.Site;
using Handcarry.Streams.Content;

namespace Handcarry.Lab.Demo;

/// <summary>What has to hold after a bundle with a flipped bit was inserted.</summary>
internal sealed class RefusalProofs(LabSite site, BundleFault fault, SiteView last)
{
    public async IAsyncEnumerable<Proof> AllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var upgrade = last.Upgrade;
        yield return new Proof(
            upgrade.Phase == "Refused" && upgrade.Reason == Reasons.DigestMismatch && upgrade.Message.Contains(fault.Blob.Hex, StringComparison.Ordinal),
            new Fact(
                "refused",
                $"BundleUpgrade is {upgrade.Phase}, {upgrade.Reason}: {upgrade.Message}",
                ("phase", upgrade.Phase), ("reason", upgrade.Reason), ("message", upgrade.Message), ("blob", fault.Blob.ToString())),
            site.Curl($"{SiteApi.Upgrades}/{SiteApi.UpgradeName}"));
        foreach (var node in site.Nodes)
        {
            var listed = (await node.Store.ListAsync(cancellationToken)).Contains(fault.Image.Name.ToString());
            yield return new Proof(
                !listed,
                new Fact(
                    "notImported",
                    $"{node.Name}: podman lists {fault.Image.Name} {(listed ? "in" : "nowhere in")} {node.StorePath}",
                    ("node", node.Name), ("image", fault.Image.Name.ToString()), ("listed", listed)),
                node.Store.ListCommand);
            var kept = File.Exists(node.BlobPath(fault.Blob));
            yield return new Proof(
                !kept,
                new Fact(
                    "notKept",
                    $"{node.Name}: {(kept ? "a" : "no")} blob is kept under {fault.Blob}",
                    ("node", node.Name), ("blob", fault.Blob.ToString()), ("kept", kept)),
                Tool.Command("ls", [node.BlobPath(fault.Blob)]));
        }

        var version = VersionView.Of(await site.Api.GetAsync($"{SiteApi.Versions}/{SiteApi.VersionName}", cancellationToken));
        yield return new Proof(
            version.DesiredImage.Length == 0 && version.History.Count == 1,
            new Fact(
                "notAsked",
                $"ClusterVersion is at {version.Current} and {(version.DesiredImage.Length == 0 ? "was not asked for an update" : $"was asked for {version.DesiredImage}")}",
                ("current", version.Current), ("desiredImage", version.DesiredImage), ("history", version.History)),
            site.Curl($"{SiteApi.Versions}/{SiteApi.VersionName}"));
    }
}
