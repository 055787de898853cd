namespace Handcarry.Hosts.Node.Devices;

/// <summary>Something that uses a device.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Node">The device that is used: the one asked about, its disk, a partition, or what is made out of one of them.</param>
/// <param name="Sentence">For people.</param>
public sealed record DeviceUse(DeviceUseKind Kind, string Node, string Sentence)
{
    /// <summary>The sentence.</summary>
    public override string ToString() => Sentence;
}
