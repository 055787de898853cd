namespace Handcarry.Hosts.Node.Arming;

/// <summary>One change to the files of a host. The set is closed: what is not here is not done to a host.</summary>
/// <param name="Path">Absolute path as the host sees it.</param>
public abstract record HostChange(string Path)
{
    /// <summary>A folder that has to be there; one that is there already stays as it is.</summary>
    /// <param name="Path">Absolute path as the host sees it.</param>
    /// <param name="Mode">Its rights if it is made.</param>
    public sealed record MakeFolder(string Path, uint Mode = 0x1ED) : HostChange(Path); // 0755

    /// <summary>A small file, put in place by one rename.</summary>
    /// <param name="Path">Absolute path as the host sees it.</param>
    /// <param name="Text">Its content, UTF-8.</param>
    /// <param name="Mode">Its rights; by default everybody reads it, as skopeo does for rpm-ostree as the user nobody.</param>
    public sealed record PutFile(string Path, string Text, uint Mode = 0x1A4) : HostChange(Path); // 0644

    /// <summary>A file or link that must not be there.</summary>
    /// <param name="Path">Absolute path as the host sees it.</param>
    public sealed record RemoveFile(string Path) : HostChange(Path);

    /// <summary>A symbolic link; with one in a <c>.wants</c> folder a unit is enabled (systemd.unit(5)).</summary>
    /// <param name="Path">Absolute path as the host sees it.</param>
    /// <param name="Target">What it points to, as written.</param>
    public sealed record PutLink(string Path, string Target) : HostChange(Path);
}
