namespace Handcarry.Hosts.OpenShift.Upgrades;

/// <summary>
/// The bounds of deploy/crd/bundleupgrades.yaml, in its units (a string's code points, a list's items). A status beyond them would be
/// refused whole, so what goes beyond is cut.
/// </summary>
internal static class StatusLimits
{
    public const int Nodes = 2000;
    public const int History = 10;
    public const int Reason = 64;
    public const int Message = 1024;
    public const int NodeMessage = 256;
    public const int Findings = 64;
    public const int FindingMessage = 512;
    public const int Subject = 320;
    public const int Name = 253;
    public const int Digest = 71;
    public const int Version = 128;
    public const int Arch = 32;
    public const int Release = 512;

    private const int NodeMessages = 200_000;
    private const int FindingMessages = 16_000;

    /// <summary>
    /// How long a message of a node may be among so many: with all of them, and names of up to 63 characters, the object stays below
    /// the 1.5 MiB that etcd takes.
    /// </summary>
    public static int NodeMessageAmong(int nodes) => Math.Min(NodeMessage, NodeMessages / Math.Max(1, nodes));

    /// <summary>How long a message of a finding may be among so many: all of them together stay small beside the nodes.</summary>
    public static int FindingMessageAmong(int findings) => Math.Min(FindingMessage, FindingMessages / Math.Max(1, findings));

    /// <summary><paramref name="text"/>, or as much of it as fits with an ellipsis.</summary>
    public static string Cut(string text, int limit)
    {
        if (text.Length <= limit)
            return text;
        var end = limit - 1;
        if (char.IsHighSurrogate(text[end - 1]))
            end--;
        return text[..end] + "…";
    }
}
