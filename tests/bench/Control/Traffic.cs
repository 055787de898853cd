namespace Handcarry.Bench.Control;

/// <summary>How many messages went to and fro.</summary>
internal sealed class Traffic
{
    private long _said;
    private long _heard;

    /// <summary>Reports to the supervisor.</summary>
    public long Reports => Interlocked.Read(ref _said);

    /// <summary>Plans from it.</summary>
    public long Plans => Interlocked.Read(ref _heard);

    public void Said() => Interlocked.Increment(ref _said);

    public void Heard() => Interlocked.Increment(ref _heard);
}
