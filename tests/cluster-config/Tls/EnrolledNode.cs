using Handcarry.ClusterConfig.Options;
using Handcarry.ClusterConfig.Tls;

namespace Handcarry.ClusterConfig.Tests.Tls;

/// <summary>A node's files, and the certificates that its agent has been running with since its last start.</summary>
internal sealed class EnrolledNode(string folder, string name, string address, SharedAuthority shared, SetClock clock) : IDisposable
{
    private NodeCertificates? _running;

    public TlsOptions Files { get; } = new()
    {
        Ca = Path.Combine(folder, name, "ca.crt"),
        Certificate = Path.Combine(folder, name, "tls.crt"),
        Key = Path.Combine(folder, name, "tls.key"),
        Authority = "handcarry-authority",
    };

    public NodeCertificates Running => _running!;

    /// <summary>How often its agent was started.</summary>
    public int Starts { get; private set; }

    public string Address { get; set; } = address;

    /// <summary>What an agent does when it starts and, while it runs, time and again.</summary>
    public async Task<string?> LookAsync()
    {
        var change = await new NodeEnrollment(shared.Keeping, Files, "site", [name, Address], clock).EnsureAsync(default);
        if (change is not null || _running is null)
        {
            _running?.Dispose();
            _running = NodeCertificates.Load(Files, clock);
            Starts++;
        }

        return change;
    }

    /// <summary>Why the agent would refuse another; null when it would not.</summary>
    public string? Refusal(EnrolledNode other) =>
        Running.Trust.Refusal(other.Running.Leaf, PeerTrust.ClientUsage, clock.Now);

    public void Dispose() => _running?.Dispose();
}
