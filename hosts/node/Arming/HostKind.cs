namespace Handcarry.Hosts.Node.Arming;

/// <summary>What is at a path.</summary>
public enum HostKind
{
    /// <summary>Nothing.</summary>
    Absent,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>Anything else, which is never touched.</summary>
    Other,
}
