namespace Handcarry.Actors.Node;

/// <summary>From where on a node is said to suffer, and how little is carried then at least.</summary>
public sealed record YieldLimits
{
    /// <summary>Percent of time waited for reading or writing; 0: does not matter.</summary>
    public int Io { get; init; } = 20;

    /// <summary>Percent of time waited for a processor; 0: does not matter.</summary>
    public int Cpu { get; init; } = 40;

    /// <summary>Percent of time waited for memory; 0: does not matter.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>How long etcd's slower writes to its log may take.</summary>
    public TimeSpan EtcdFsync { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Bytes a second that are carried however much the node suffers, 1 or more.</summary>
    public long Floor { get; init; } = 4_000_000;
}
