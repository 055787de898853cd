namespace Handcarry.Lab.Site;

/// <summary>A bundle as a block device: a read-only loop device whose node appears in the folder that the agent watches.</summary>
internal sealed class LoopMedium : InsertedMedium
{
    private const int SectorSize = 512; // of the counters in /sys/block/*/stat, whatever the device's own (kernel: Documentation/block/stat.rst)

    private readonly string _device;
    private readonly long _readBefore;
    private bool _removed;

    private LoopMedium(string device, string node)
        : base(node, $"{device}, a read-only loop device")
    {
        _device = device;
        _readBefore = Counted();
    }

    public override long? BytesRead => Counted() - _readBefore;

    public override string BytesReadCommand => $"awk '{{print $3*{SectorSize}}}' {Stat}";

    private string Stat => $"/sys/block/{System.IO.Path.GetFileName(_device)}/stat";

    /// <summary>Whether this process may make one.</summary>
    public static bool IsPossible => Environment.IsPrivilegedProcess && File.Exists("/dev/loop-control");

    /// <summary>Attaches a loop device to the file and makes its node at <paramref name="node"/>.</summary>
    public static async Task<LoopMedium> InsertAsync(string file, string node, CancellationToken cancellationToken)
    {
        string[] attach = ["--read-only", "--find", "--show"];

        // Direct, so that reading the device costs what reading the file's disk costs, not a copy out of the page cache.
        var answer = await Tool.TryAsync("losetup", ["--direct-io=on", .. attach, file], cancellationToken);
        var device = (answer.ExitCode == 0 ? answer.Text : await Tool.RunAsync("losetup", [.. attach, file], cancellationToken)).Trim();
        var medium = new LoopMedium(device, node);
        try
        {
            var number = (await File.ReadAllTextAsync($"/sys/block/{System.IO.Path.GetFileName(device)}/dev", cancellationToken)).Trim().Split(':');
            await Tool.RunAsync("mknod", ["--mode=0600", node, "b", number[0], number[1]], cancellationToken);
            return medium;
        }
        catch
        {
            await medium.RemoveAsync();
            throw;
        }
    }

    public override async Task RemoveAsync()
    {
        if (_removed)
            return;
        _removed = true;
        File.Delete(Path);
        await Tool.TryAsync("losetup", ["--detach", _device], CancellationToken.None);
    }

    private long Counted() =>
        long.Parse(File.ReadAllText(Stat).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2]) * SectorSize;
}
