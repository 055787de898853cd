using System.Globalization;
using Handcarry.Hosts.Node.Media.Devices;
using Handcarry.Hosts.Node.Tests.Devices;

namespace Handcarry.Hosts.Node.Tests.Media.Receipts;

/// <summary>The partitions of a loop device, told to the kernel one by one: it need not know the table.</summary>
internal sealed class Partitions : IAsyncDisposable
{
    private const int SectorsPerMebibyte = 2048;

    private readonly LoopDisk _disk;
    private readonly int _count;

    private Partitions(LoopDisk disk, int count) => (_disk, _count) = (disk, count);

    /// <summary>Adds those that start and end at such mebibytes.</summary>
    public static async Task<Partitions> AddAsync(LoopDisk disk, params (int Start, int Size)[] mebibytes)
    {
        for (var i = 0; i < mebibytes.Length; i++)
        {
            var (start, size) = mebibytes[i];
            await Tool.RunAsync("addpart", disk.Path, $"{i + 1}", $"{start * SectorsPerMebibyte}", $"{size * SectorsPerMebibyte}");
        }

        return new Partitions(disk, mebibytes.Length);
    }

    public BlockDeviceFacts Facts(int number)
    {
        var node = $"{_disk.Path}p{number}";
        var sys = $"/sys/class/block/{Path.GetFileName(node)}";
        var device = File.ReadAllText(Path.Combine(sys, "dev")).Trim().Split(':').Select(part => uint.Parse(part, CultureInfo.InvariantCulture)).ToList();
        var sectors = long.Parse(File.ReadAllText(Path.Combine(sys, "size")), CultureInfo.InvariantCulture);
        return new BlockDeviceFacts { Node = node, Major = device[0], Minor = device[1], Size = sectors * 512, DiskSequence = _disk.Facts.Sequence, Disk = _disk.Path };
    }

    /// <summary>The refusal of writes survives detaching.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var number = 1; number <= _count; number++)
            await Tool.RunAsync("delpart", _disk.Path, $"{number}");
        await Tool.RunAsync("blockdev", "--setrw", _disk.Path);
    }
}
