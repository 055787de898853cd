namespace Handcarry.Actors.Node;

/// <summary>
/// What part of the last ten seconds, in percent, tasks have waited (Documentation/accounting/psi.rst of the kernel, <c>some avg10</c>): 0 to 100.
/// </summary>
/// <param name="Io">For reading or writing.</param>
/// <param name="Cpu">For a processor.</param>
/// <param name="Memory">For memory to be reclaimed or read back.</param>
/// <param name="EtcdFsync">How long etcd's slower writes to its log have taken since the last look, 99 of 100 less; null when that is not known, or none was made.</param>
public sealed record PressureFacts(double Io, double Cpu, double Memory, TimeSpan? EtcdFsync = null)
{
    /// <summary>Nobody waits.</summary>
    public static PressureFacts None { get; } = new(0, 0, 0);
}
