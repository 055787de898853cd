using System.Runtime.InteropServices;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>
/// One process at a time arms or disarms a host: flock(2) on the folder that the journal's folder is in, so that nothing is left on the host and a process that
/// is killed holds nothing.
/// </summary>
internal sealed class ArmingLock : IDisposable
{
    // LOCK_EX | LOCK_NB (sys/file.h).
    private const int ExclusiveNow = 2 | 4;

    private readonly int _descriptor;

    private ArmingLock(int descriptor) => _descriptor = descriptor;

    /// <param name="state">The folder of the journal, which need not be there yet.</param>
    /// <exception cref="ArmingException">Another process has it, or the folder cannot be opened.</exception>
    public static ArmingLock Take(string state)
    {
        var folder = Path.GetDirectoryName(state)!;
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        var descriptor = LibC.Open(folder, LibC.ReadOnly | LibC.CloseOnExec);
        if (descriptor < 0)
            throw new ArmingException(ArmingReasons.HostFileFailed, $"{folder} cannot be opened: {LibC.Describe(Marshal.GetLastPInvokeError())}. Give the command as root.");
        if (LibC.Lock(descriptor, ExclusiveNow) == 0)
            return new ArmingLock(descriptor);
        _ = LibC.Close(descriptor);
        throw new ArmingException(ArmingReasons.ArmingUnderWay, $"Another process is arming or disarming this host ({folder} is locked), perhaps the agent: give the command again when it has ended.");
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(_descriptor);
}
