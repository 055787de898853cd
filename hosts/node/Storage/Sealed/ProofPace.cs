namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>
/// How loud a proof has to be so that it gets on. It waits for everybody else, and on a node that is always busy it would wait for ever, and the node never be ready. Pure: each look gives a new one.
/// <code><![CDATA[
///   slower than the floor                         a step louder
///   twice as fast, for six looks one after another   a step quieter
/// ]]></code>
/// </summary>
internal sealed record ProofPace
{
    /// <summary>Between one look and the next.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private const int LooksBeforeQuieter = 6;

    /// <summary>As quiet as can be.</summary>
    public static ProofPace Quiet { get; } = new();

    /// <summary>For <see cref="QuietThreads.Loudness"/>.</summary>
    public int Loudness { get; private init; }

    private int Fast { get; init; }

    /// <summary>The pace after one more look.</summary>
    /// <param name="rate">Bytes a second proved since the look before, 0 or more.</param>
    /// <param name="floor">Bytes a second that are wanted; 0: none.</param>
    public ProofPace Look(long rate, long floor)
    {
        if (rate < floor)
            return new ProofPace { Loudness = Math.Min(Loudness + 1, QuietThreads.Loudest) };
        if (rate < 2 * floor || Loudness == 0)
            return this with { Fast = 0 };
        return Fast + 1 < LooksBeforeQuieter ? this with { Fast = Fast + 1 } : new ProofPace { Loudness = Loudness - 1 };
    }
}
