using System.Security.Cryptography;
using System.Text;
using Handcarry.ClusterConfig.Options;
using Handcarry.Hosts.Node.Native;

namespace Handcarry.Hosts.Node.Arming;

/// <summary>The files of a host below the folder at which this process sees the host's root. Each write is durable and made by one rename.</summary>
/// <param name="root">That folder; <c>/</c> on the host itself.</param>
internal sealed class HostTree(string root)
{
    private const string Label = "security.selinux";

    private static readonly FileStatus Self = FileStatus.Of("/proc/self")!.Value;

    /// <summary>Where a path of the host is. Links on the way are followed as the host does, the last name is not.</summary>
    public string At(string path) => path == "/" ? root : Path.Combine(HostPath.Below(root, Path.GetDirectoryName(path)!), Path.GetFileName(path));

    /// <summary>Whether there is a folder, by a link or not.</summary>
    public bool IsFolder(string path) => Directory.Exists(HostPath.Below(root, path));

    public HostState Read(string path)
    {
        var at = At(path);
        if (FileStatus.Of(at) is not { } status)
            return HostState.Absent;
        var (kind, content) = status.Type switch
        {
            FileStatus.RegularFile => (HostKind.File, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(at)))),
            FileStatus.Folder => (HostKind.Folder, ""),
            FileStatus.SymbolicLink => (HostKind.Link, new FileInfo(at).LinkTarget!),
            _ => (HostKind.Other, ""),
        };
        return new(kind, kind == HostKind.Link ? 0 : status.Permissions, status.Owner, status.Group, content, ExtendedAttributes.Read(at));
    }

    public byte[] Bytes(string path) => File.ReadAllBytes(At(path));

    /// <summary>What a change makes of a path.</summary>
    public static HostState Made(HostChange change) => change switch
    {
        HostChange.MakeFolder folder => new(HostKind.Folder, folder.Mode, Self.Owner, Self.Group, "", ""),
        HostChange.PutFile file => new(HostKind.File, file.Mode, Self.Owner, Self.Group, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Text))), ""),
        HostChange.PutLink link => new(HostKind.Link, 0, Self.Owner, Self.Group, link.Target, ""),
        _ => HostState.Absent,
    };

    /// <summary>Puts something in place of what is there, which is no folder; where there was nothing, with the label of its folder.</summary>
    /// <param name="path">Where.</param>
    /// <param name="state">What.</param>
    /// <param name="bytes">Of a file its content.</param>
    public void Put(string path, HostState state, byte[] bytes)
    {
        var at = At(path);
        if (state.Kind == HostKind.Absent)
        {
            Remove(at);
        }
        else
        {
            var temporary = Temporary(path);
            Remove(temporary);
            if (state.Kind == HostKind.Folder)
                Directory.CreateDirectory(temporary);
            else if (state.Kind == HostKind.Link)
                File.CreateSymbolicLink(temporary, state.Content);
            else
                WriteSynced(temporary, bytes);
            if (state.Attributes.Length == 0 && ExtendedAttributes.Get(Path.GetDirectoryName(at)!, Label) is { } label)
                ExtendedAttributes.Set(temporary, Label, label);
            Dress(temporary, state);
            if (state.Kind == HostKind.Folder)
                Durable.Rename(temporary, at, exchange: false);
            else
                File.Move(temporary, at, overwrite: true);
            Durable.SyncFolder(Path.GetDirectoryName(temporary)!);
        }
        Durable.SyncFolder(Path.GetDirectoryName(at)!);
    }

    /// <summary>Removes what an interrupted <see cref="Put"/> has left over.</summary>
    public void Tidy(string path)
    {
        if (IsFolder(Path.GetDirectoryName(path)!) && FileStatus.Of(Temporary(path)) is not null)
            Remove(Temporary(path));
    }

    /// <summary>Not in the folder itself: CRI-O reads every file in crio.conf.d whatever its name (crio, pkg/config/config.go).</summary>
    private string Temporary(string path)
    {
        var folder = Path.GetDirectoryName(At(path))!;
        return Path.Combine(folder.EndsWith(".d", StringComparison.Ordinal) ? Path.GetDirectoryName(folder)! : folder, ".handcarry-arming.new");
    }

    private static void Remove(string at)
    {
        if (FileStatus.Of(at) is { IsFolder: true })
            Directory.Delete(at);
        else
            File.Delete(at);
    }

    private static void WriteSynced(string path, byte[] bytes)
    {
        using var stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private static void Dress(string at, HostState state)
    {
        // The owner first: changing it takes away set-user-id and set-group-id (chown(2)).
        if (LibC.ChangeOwner(at, state.Owner, state.Group) != 0)
            throw new IOException($"Giving {at} to {state.Owner}:{state.Group}: {LibC.LastError()}");
        ExtendedAttributes.SetAll(at, state.Attributes);
        if (state.Kind == HostKind.Link)
            return;
        File.SetUnixFileMode(at, (UnixFileMode)state.Mode);
        Durable.SyncFolder(at);
    }
}
