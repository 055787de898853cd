using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Tests.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Volumes;

/// <summary>A loop device with an image, as an inserted stick.</summary>
internal sealed class Stick : IAsyncDisposable
{
    private readonly LoopDisk _disk;

    private Stick(LoopDisk disk, BlockDeviceFacts facts) => (_disk, Facts) = (disk, facts);

    /// <summary>What udev would say of it.</summary>
    public BlockDeviceFacts Facts { get; }

    public static async Task<Stick> InsertAsync(string image, string? fileSystem = null)
    {
        var disk = await LoopDisk.AttachAsync(image);
        var found = disk.Facts;
        return new Stick(disk, new BlockDeviceFacts
        {
            Node = found.Path,
            Major = found.Major,
            Minor = found.Minor,
            Size = found.Size,
            DiskSequence = found.Sequence,
            FileSystem = fileSystem,
        });
    }

    /// <summary>The refusal of writes survives detaching: the next to take the loop device shall not have it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync("blockdev", "--setrw", _disk.Path);
        await _disk.DisposeAsync();
    }
}
