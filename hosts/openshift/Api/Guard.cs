using Handcarry.Actors.Cluster;

namespace Handcarry.Hosts.OpenShift.Api;

/// <summary>What must hold in the moment before a guarded write is sent.</summary>
internal static class Guard
{
    /// <summary>Throws <see cref="StaleWriteException"/> when <paramref name="fence"/> is not held.</summary>
    public static void Held(IFence fence, string toDo)
    {
        if (!fence.IsHeld)
            throw new StaleWriteException($"The supervisor's lease is not held any more, so it may not {toDo}; another supervisor may be acting.");
    }
}
