namespace Handcarry.Hosts.Node.Storage.Sealed;

/// <summary>Mounts squashfs files read-only. Nothing in them works as a device or with a set-user-id bit; programs run, as containers are made of them.</summary>
internal interface IStoreMounts
{
    /// <summary>Mounts a file at a folder, both as the host sees them. Done when it is mounted already, whoever did it.</summary>
    /// <exception cref="Handcarry.Actors.Node.LoadException">It could not be mounted.</exception>
    ValueTask MountAsync(string file, string folder, CancellationToken cancellationToken);

    /// <summary>Unmounts what is mounted there, and forgets it. Containers that run from it go on (overlayfs keeps what it was made from).</summary>
    /// <exception cref="Handcarry.Actors.Node.LoadException">It could not be unmounted.</exception>
    ValueTask UnmountAsync(string folder, CancellationToken cancellationToken);
}
