namespace Handcarry.Hosts.Node.Arming;

/// <summary>What is, was or shall be at a path of the host.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Rights, with set-user-id, set-group-id and sticky; 0 for links.</param>
/// <param name="Owner">User id.</param>
/// <param name="Group">Group id.</param>
/// <param name="Content">Of a file the SHA-256 in hex, of a link what it points to, else empty.</param>
/// <param name="Attributes">Extended attributes (the SELinux label is one), sorted, each <c>name=base64</c>, separated by spaces.</param>
public sealed record HostState(HostKind Kind, uint Mode, uint Owner, uint Group, string Content, string Attributes)
{
    /// <summary>Nothing is there.</summary>
    public static HostState Absent { get; } = new(HostKind.Absent, 0, 0, 0, "", "");

    /// <summary>
    /// Whether this is what was made as <paramref name="made"/>. Labels are not compared: the kernel or a relabelling gives them to new files.
    /// </summary>
    public bool Is(HostState made) => this with { Attributes = "" } == made with { Attributes = "" };
}
