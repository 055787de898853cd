using System.Text.Json;
using Handcarry.Actors.Cluster;
using Handcarry.Hosts.OpenShift.Upgrades.Spec;

namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>From the spec of the API object to what the supervisor goes by.</summary>
internal static class SpecMapping
{
    public static UpgradeSpec Read(JsonElement upgrade)
    {
        var spec = SpecReading.Read(upgrade);
        return new UpgradeSpec(spec.Hold, spec.Bundle.Digest, spec.Generation)
        {
            Detection = spec.Detection == Spec.Detection.Manual ? Actors.Cluster.Detection.Manual : Actors.Cluster.Detection.Automatic,
            BundleFile = spec.Bundle.File,
            AllowUnlistedEdge = spec.Bundle.AllowUnlistedEdge,
            Cancel = spec.Cancel,
            Schedule = spec.Schedule is { } schedule
                ? new Actors.Cluster.UpgradeSchedule(schedule.NotBefore, schedule.Window?.Start, schedule.Window?.End, schedule.TimeZone)
                : Actors.Cluster.UpgradeSchedule.Always,
            Trust = new TrustSpec
            {
                ReleaseKeyrings = spec.Trust.ReleaseKeyrings,
                EngineerKeys = spec.Trust.EngineerKeys,
                AllowUnsigned = spec.Trust.AllowUnsigned,
            },
            ToleratedUnready = spec.Nodes.ToleratedUnready,
            Selector = new NodeSelector(spec.Nodes.Selector),
            SiteBytesPerSecond = spec.Rate.SiteBytesPerSecond,
            NodeBytesPerSecond = spec.Rate.NodeBytesPerSecond,
            Retain = spec.Retain,
        };
    }
}
