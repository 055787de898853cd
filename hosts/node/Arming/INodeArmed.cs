using Handcarry.Actors.Node;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>Whether this node is armed.</summary>
public interface INodeArmed
{
    /// <summary>Why the runtime would not find the images of bundles, with one of <see cref="ArmingReasons"/>; null when it would.</summary>
    ValueTask<Remark?> LookAsync(CancellationToken cancellationToken);
}
