namespace Handcarry.Hosts.Node.Tests.Devices;

/// <summary>Adds up what is reported, on the spot.</summary>
internal sealed class Sum(Action<long>? then = null) : IProgress<long>
{
    public long Total { get; private set; }

    public void Report(long value)
    {
        Total += value;
        then?.Invoke(Total);
    }
}
