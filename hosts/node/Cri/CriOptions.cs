using System.Text;

namespace Handcarry.Hosts.Node.Cri;

/// <summary>Where the container runtime listens and how long it may take.</summary>
public sealed record CriOptions
{
    // sockaddr_un, unix(7): 108 bytes with the zero at the end.
    private const int MaxSocketPath = 107;

    /// <summary>CRI-O's socket on a node of OpenShift (machine-config-operator, pkg/daemon/constants).</summary>
    public const string CrioSocket = "/var/run/crio/crio.sock";

    /// <summary>The socket, an absolute path of at most 107 bytes.</summary>
    public string Socket { get; init; } = CrioSocket;

    /// <summary>How long an answer may take; the kubelet's own default, and far above the 9 s measured while a store is filled (reference/container-storage.md section G).</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the pull of one image may take.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often a question is asked before it is given up, 1 or more. Repeated is only what may go better the next time.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Pause before the second attempt; each further one is twice as long.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Throws <see cref="ArgumentException"/> that names what is wrong.</summary>
    internal void Validate()
    {
        if (!Path.IsPathRooted(Socket) || Encoding.UTF8.GetByteCount(Socket) > MaxSocketPath)
            throw new ArgumentException($"The socket of the container runtime, \"{Socket}\", must be an absolute path of at most {MaxSocketPath} bytes.");
        if (Attempts < 1 || QueryTimeout <= TimeSpan.Zero || PullTimeout <= TimeSpan.Zero || FirstPause < TimeSpan.Zero)
            throw new ArgumentException("Of the container runtime, timeouts must be positive, attempts 1 or more and the pause 0 or more.");
    }
}
