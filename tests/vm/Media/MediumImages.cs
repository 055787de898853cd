using Handcarry.Lab.Site;

namespace Handcarry.Vm.Media;

/// <summary>
/// Makes what is on media as files of this machine, whose kernel need not know any of these file systems. What no program fills is filled in the virtual
/// machine (<see cref="GuestFill"/>).
/// </summary>
/// <param name="folder">Where they are made.</param>
internal sealed class MediumImages(string folder)
{
    private const long Sector = 512;
    private const long Start = 1L << 20; // of the partition

    /// <summary>The bundle written to the device itself, padded to whole sectors.</summary>
    public Task<string> RawAsync(string bundle, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var image = New("raw");
        File.Copy(bundle, image);
        using var file = File.OpenWrite(image);
        file.SetLength((file.Length + Sector - 1) / Sector * Sector);
        return Task.FromResult(image);
    }

    /// <summary>ext2, ext3 or ext4 with these files.</summary>
    public async Task<string> ExtAsync(string type, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var image = New(type);
        await WithFolderAsync(files, from => Tool.RunAsync("mke2fs", ["-q", "-t", type, "-d", from, image, $"{Room(files, 24) >> 10}k"], cancellationToken));
        return image;
    }

    /// <summary>xfs, which has at least 300 MiB (mkfs.xfs).</summary>
    public async Task<string> XfsAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var image = Sized("xfs", 320L << 20);
        // mkfs.xfs(8), "protofile": nothing to boot from, no counts, the top folder, its files.
        var list = string.Concat(files.Select(static file => $"{Path.GetFileName(file)} ---644 0 0 {file}\n"));
        var prototype = image + ".proto";
        await File.WriteAllTextAsync(prototype, $"/\n0 0\nd--755 0 0\n{list}$\n", cancellationToken);
        await Tool.RunAsync("mkfs.xfs", ["-q", "-f", "-p", prototype, image], cancellationToken);
        File.Delete(prototype);
        return image;
    }

    public async Task<string> BtrfsAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var image = Sized("btrfs", Room(files, 256));
        await WithFolderAsync(files, from => Tool.RunAsync("mkfs.btrfs", ["-q", "--rootdir", from, image], cancellationToken));
        return image;
    }

    /// <summary>FAT32, as a stick is bought: on the whole disk.</summary>
    public async Task<string> VfatAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        // FAT32 has at least 65,525 clusters; of one sector each, to keep it small (Microsoft, "FAT: General Overview of On-Disk Format").
        var image = Sized("vfat", Room(files, 48));
        await Tool.RunAsync("mkfs.vfat", ["-F", "32", "-s", "1", "-n", "STICK", image], cancellationToken);
        await Tool.RunAsync("mcopy", ["-i", image, .. files, "::/"], cancellationToken);
        return image;
    }

    public async Task<string> NtfsAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var image = Sized("ntfs", Room(files, 48));
        await Tool.RunAsync("mkntfs", ["-F", "-Q", "-q", image], cancellationToken);
        foreach (var file in files)
            await Tool.RunAsync("ntfscp", ["-q", "-f", image, file, Path.GetFileName(file)], cancellationToken);
        return image;
    }

    public Task<string> Iso9660Async(IReadOnlyList<string> files, CancellationToken cancellationToken) =>
        OfFolderAsync("iso9660", files, (from, image) => Tool.RunAsync("xorriso", ["-as", "mkisofs", "-quiet", "-V", "STICK", "-J", "-R", "-o", image, from], cancellationToken));

    public Task<string> SquashfsAsync(IReadOnlyList<string> files, CancellationToken cancellationToken) =>
        OfFolderAsync("squashfs", files, (from, image) => Tool.RunAsync("mksquashfs", [from, image, "-quiet", "-no-progress", "-noD"], cancellationToken));

    /// <summary>An empty file system with room for a file of <paramref name="bytes"/>, made by <paramref name="program"/>.</summary>
    public async Task<string> EmptyAsync(string name, long bytes, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var image = Sized(name, RoundUp(bytes + (48L << 20), Start));
        await Tool.RunAsync(program, [.. arguments, image], cancellationToken);
        return image;
    }

    /// <summary>A disk with a table of partitions and one partition that holds <paramref name="image"/>, which goes.</summary>
    /// <param name="image">What is in the partition.</param>
    /// <param name="label">Kind of the table: <c>dos</c> (MBR) or <c>gpt</c>.</param>
    /// <param name="type">Type of the partition as sfdisk names it: <c>c</c> for FAT32 in an MBR, <c>linux</c> in a GPT.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> PartitionedAsync(string image, string label, string type, CancellationToken cancellationToken)
    {
        // A GPT has a copy of itself in the last 33 sectors (UEFI 2.10, 5.3).
        var length = new FileInfo(image).Length;
        var disk = Sized("disk", Start + length + Start);
        var table = disk + ".table";
        await File.WriteAllTextAsync(table, $"label: {label}\nstart={Start / Sector}, size={length / Sector}, type={type}\n", cancellationToken);
        await Tool.RunAsync("/bin/sh", ["-c", "sfdisk -q \"$0\" < \"$1\"", disk, table], cancellationToken);
        File.Delete(table);
        await using (var to = File.OpenWrite(disk))
        {
            to.Position = Start;
            await using var from = File.OpenRead(image);
            await from.CopyToAsync(to, cancellationToken);
        }

        File.Delete(image);
        return disk;
    }

    /// <summary>Whether the journal of an ext4 file system has yet to be played back.</summary>
    public static async Task<bool> NeedsRecoveryAsync(string image, CancellationToken cancellationToken) =>
        (await Tool.RunAsync("dumpe2fs", ["-h", image], cancellationToken)).Contains("needs_recovery", StringComparison.Ordinal);

    private async Task<string> OfFolderAsync(string name, IReadOnlyList<string> files, Func<string, string, Task> make)
    {
        var image = New(name);
        await WithFolderAsync(files, from => make(from, image));
        return image;
    }

    private async Task WithFolderAsync(IReadOnlyList<string> files, Func<string, Task> make)
    {
        var from = Directory.CreateDirectory(New("files"));
        foreach (var file in files)
            File.Copy(file, Path.Combine(from.FullName, Path.GetFileName(file)));
        await make(from.FullName);
        from.Delete(recursive: true);
    }

    private string Sized(string name, long bytes)
    {
        var image = New(name);
        using var file = File.Create(image);
        file.SetLength(bytes);
        return image;
    }

    private string New(string name) => Path.Combine(folder, $"{name}-{Guid.NewGuid():n}");

    // Room for the files and for what the file system itself needs, in MiB.
    private static long Room(IReadOnlyList<string> files, long more) => RoundUp(files.Sum(static file => new FileInfo(file).Length) + (more << 20), Start);

    private static long RoundUp(long bytes, long unit) => (bytes + unit - 1) / unit * unit;
}
