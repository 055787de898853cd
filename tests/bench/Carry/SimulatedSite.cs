namespace Handcarry.Bench.Carry;

/// <summary>A site as the simulation sees it. Rates are bytes per second, times are seconds of virtual time.</summary>
internal sealed record SimulatedSite
{
    /// <summary>How many nodes; those with <see cref="Media"/> come first by name.</summary>
    public required int Nodes { get; init; }

    /// <summary>In how many nodes a medium with the bundle is from the beginning on.</summary>
    public int Media { get; init; } = 1;

    /// <summary>Sizes of the bundle's blobs in the order of its inventory, which itself is the first.</summary>
    public required IReadOnlyList<long> Blobs { get; init; }

    /// <summary>How fast a medium is read.</summary>
    public double MediumRate { get; init; } = 40e6;

    /// <summary>How fast a node sends, and how fast it receives.</summary>
    public double LinkRate { get; init; } = 100e6;

    /// <summary>Nodes with another link.</summary>
    public IReadOnlyDictionary<int, double> SlowLinks { get; init; } = new Dictionary<int, double>();

    /// <summary>Nodes that are lost at a time, and back at another with the blobs they had.</summary>
    public IReadOnlyList<(int Node, double At, double Back)> Losses { get; init; } = [];

    /// <summary>Nodes that are not there from the beginning on but come later.</summary>
    public IReadOnlyList<(int Node, double At)> Joins { get; init; } = [];

    /// <summary>Bytes of all blobs.</summary>
    public long Size => Blobs.Sum();

    /// <summary>What the slowest device that all depend on takes once.</summary>
    public double Optimum => Size / Math.Min(MediumRate, LinkRate);

    /// <summary>
    /// A release as it is: for each image a manifest and a configuration of some kB, and layers of which most are small and some are large; the
    /// same each time.
    /// </summary>
    public static IReadOnlyList<long> ReleaseOf(int images, int seed)
    {
        var random = new Random(seed);
        var blobs = new List<long> { 1_200_000 };
        for (var i = 0; i < images; i++)
        {
            blobs.AddRange([2_000, 8_000]);
            for (var layers = random.Next(1, 4); layers > 0; layers--)
                blobs.Add((long)(1e6 * Math.Exp(random.NextDouble() * 5)));
        }

        return blobs;
    }
}
