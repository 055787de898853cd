using System.Buffers.Binary;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Storage.Proof;

/// <summary>
/// A sealed store, opened for reading: mounted read-only where that is possible, otherwise unpacked. Nothing of it can be executed, no
/// set-user-id bit or device in it works.
/// </summary>
public sealed class SealedStoreMount : IAsyncDisposable
{
    private const string Mount = "mount", Unmount = "umount", Unpack = "unsquashfs";

    private static readonly TimeSpan MountTimeout = TimeSpan.FromMinutes(2), UnpackTimeout = TimeSpan.FromHours(2);

    private readonly IProcessRunner _runner;
    private readonly string _scratch;

    private SealedStoreMount(IProcessRunner runner, string scratch, StoreView view) => (_runner, _scratch, View) = (runner, scratch, view);

    /// <summary>The store.</summary>
    public StoreView View { get; }

    /// <summary>
    /// Opens it below <paramref name="scratch"/>, an absolute path whose folder is this store's own: what is in it, mounts too, is removed first, and again at
    /// the end. Without the right to mount, the store is unpacked there: that takes as much room as all layers unpacked.
    /// </summary>
    /// <exception cref="ContentException">
    /// <see cref="Reasons.StoreUnreadable"/> when it is no squashfs or can be opened in neither way, <see cref="Reasons.ToolMissing"/>.
    /// </exception>
    public static async Task<SealedStoreMount> OpenAsync(SealedStoreFile store, string scratch, IProcessRunner runner, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(scratch))
            throw new ArgumentException($"\"{scratch}\" must be an absolute path.", nameof(scratch));
        scratch = Path.TrimEndingDirectorySeparator(scratch);
        CheckSuperblock(store);
        await ClearAsync(scratch, runner);
        try
        {
            var folder = Path.Combine(scratch, "store");
            Directory.CreateDirectory(scratch, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(folder);
            if (Environment.IsPrivilegedProcess && await TryMountAsync(store, folder, runner, cancellationToken))
                return new SealedStoreMount(runner, scratch, new StoreView(folder, OwnersKnown: true) { File = store });
            Directory.Delete(folder);
            var whole = await UnpackAsync(store, folder, runner, cancellationToken);
            return new SealedStoreMount(runner, scratch, new StoreView(folder, OwnersKnown: whole && Environment.IsPrivilegedProcess));
        }
        catch
        {
            await ClearAsync(scratch, runner);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ClearAsync(_scratch, _runner);

    private static async Task<bool> TryMountAsync(SealedStoreFile store, string folder, IProcessRunner runner, CancellationToken cancellationToken)
    {
        var options = $"ro,loop,offset={store.Offset},sizelimit={store.Size},nosuid,nodev,noexec";
        var result = await RunAsync(runner, Mount, ["-t", "squashfs", "-o", options, "--", store.Path, folder], MountTimeout, cancellationToken);
        return result.ExitCode == 0;
    }

    /// <summary>Whether everything could be restored.</summary>
    private static async Task<bool> UnpackAsync(SealedStoreFile store, string folder, IProcessRunner runner, CancellationToken cancellationToken)
    {
        List<string> arguments = ["-no-progress", "-quiet", "-offset", $"{store.Offset}", "-dest", folder];
        if (!Environment.IsPrivilegedProcess)
            arguments.Add("-user-xattrs");
        var result = await RunAsync(runner, Unpack, [.. arguments, store.Path], UnpackTimeout, cancellationToken);
        // 2: everything was unpacked but for what needs rights (unsquashfs(1), EXIT STATUS).
        return result.ExitCode is 0 or 2
            ? result.ExitCode == 0
            : throw Unreadable(store, $"cannot be unpacked into {folder}: {result.LastErrorLine}. Look whether there is room on the disk, and whether the bundle verifies");
    }

    private static async Task ClearAsync(string scratch, IProcessRunner runner)
    {
        foreach (var point in MountTable.Below(scratch))
        {
            var result = await RunAsync(runner, Unmount, ["--", point], MountTimeout, CancellationToken.None);
            if (result.ExitCode != 0)
                throw new ContentException(Reasons.StoreUnreadable, $"The sealed store at {point} cannot be unmounted: {result.LastErrorLine}. End what uses it, then unmount it.");
        }
        if (Directory.Exists(scratch))
            await ScratchFolder.RemoveAsync(scratch, runner);
    }

    /// <summary>The first words of a squashfs (Linux fs/squashfs/squashfs_fs.h): its magic number and, 40 bytes on, how long it is.</summary>
    private static void CheckSuperblock(SealedStoreFile store)
    {
        Span<byte> start = stackalloc byte[96];
        try
        {
            using var file = File.OpenHandle(store.Path);
            if (store.Size < start.Length || RandomAccess.Read(file, start, store.Offset) < start.Length || !start.StartsWith("hsqs"u8))
                throw Unreadable(store, "is not a squashfs. Get the bundle again");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(store, $"cannot be read: {e.Message}. Look for the medium, then try again", e);
        }
        if (BinaryPrimitives.ReadInt64LittleEndian(start[40..]) > store.Size)
            throw Unreadable(store, $"is cut off: it has more than {store.Size} bytes. Get the bundle again");
    }

    private static async Task<ProcessResult> RunAsync(IProcessRunner runner, string program, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await runner.RunAsync(new ProcessCommand(program, arguments) { Timeout = timeout, Environment = ScratchFolder.Environment }, cancellationToken);
        }
        catch (ProgramMissingException e)
        {
            throw new ContentException(Reasons.ToolMissing, $"The sealed store cannot be opened: {e.Message}. Install {program} (packages mount, squashfs-tools).", e);
        }
        catch (TimeoutException e)
        {
            throw new ContentException(Reasons.StoreUnreadable, $"The sealed store cannot be opened: {e.Message} Look for a failing disk or medium.", e);
        }
    }

    private static ContentException Unreadable(SealedStoreFile store, string what, Exception? inner = null) =>
        new(Reasons.StoreUnreadable, $"The sealed store at byte {store.Offset} of {store.Path} {what}.", inner);
}
