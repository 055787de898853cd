using System.Globalization;
using Handcarry.Hosts.Node.Devices;
using Handcarry.Hosts.Node.Processes;
using Handcarry.Streams.Receipts;

namespace Handcarry.Cli.Writing;

/// <summary>
/// A stick with two partitions (GPT): one for the bundle, raw, and a small file system that asks for a receipt (docs/receipt.md). Made by sfdisk, partx and mkfs.ext4.
/// </summary>
internal sealed class DividedStick
{
    /// <summary>What the table, its copy at the end, alignment and the small file system take, beside the bundle.</summary>
    public const long Overhead = (2 + ReceiptMebibytes + 2) * Mebibyte;

    private const long Mebibyte = 1 << 20;
    private const long ReceiptMebibytes = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly IProcessRunner _runner;
    private readonly DeviceFacts _disk;
    private readonly TimeProvider _time;

    private DividedStick(IProcessRunner runner, DeviceFacts disk, TimeProvider time) => (_runner, _disk, _time) = (runner, disk, time);

    /// <summary>The partition for the bundle.</summary>
    public string BundleNode => Node(1);

    /// <summary>The partition for the receipt.</summary>
    public string ReceiptNode => Node(2);

    /// <summary>Divides <paramref name="disk"/>; what was on it is lost.</summary>
    /// <exception cref="CliException"><see cref="ExitCode.Disk"/>: a program is missing or has failed.</exception>
    public static async Task<DividedStick> MakeAsync(DeviceFacts disk, long bundle, IProcessRunner runner, TimeProvider time, CancellationToken cancellationToken)
    {
        var stick = new DividedStick(runner, disk, time);
        var size = (bundle + Mebibyte - 1) / Mebibyte;
        var script = Path.Combine(Path.GetTempPath(), $"handcarry-{Guid.NewGuid():n}.sfdisk");
        try
        {
            await File.WriteAllTextAsync(
                script,
                string.Create(CultureInfo.InvariantCulture, $"label: gpt\nstart=1MiB, size={size}MiB, name=handcarry-bundle\nstart={1 + size}MiB, size={ReceiptMebibytes}MiB, name=handcarry-receipt\n"),
                cancellationToken);
            // sfdisk takes its orders from standard input alone.
            await stick.RunAsync("sh", ["-c", "exec sfdisk --quiet --wipe always --wipe-partitions always --no-tell-kernel \"$0\" < \"$1\"", disk.Path, script], cancellationToken);
        }
        finally
        {
            File.Delete(script);
        }

        // Unlike the kernel's own look at the table, this works for devices of which it does not read any, too.
        await stick.RunAsync("partx", ["--update", disk.Path], cancellationToken);
        await stick.AppearAsync(cancellationToken);
        return stick;
    }

    /// <summary>Makes the file system that asks; its request.</summary>
    /// <exception cref="CliException"><see cref="ExitCode.Disk"/>.</exception>
    public async Task<ReceiptRequest> AskAsync(Streams.Content.Digest bundle, CancellationToken cancellationToken)
    {
        var request = ReceiptRequest.For(bundle);
        var content = Directory.CreateTempSubdirectory("handcarry-receipt-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(content.FullName, ReceiptRequest.FileName), request.ToJson(), cancellationToken);
            await RunAsync("mkfs.ext4", ["-q", "-F", "-m", "0", "-L", ReceiptRequest.Label, "-d", content.FullName, ReceiptNode], cancellationToken);
        }
        finally
        {
            content.Delete(recursive: true);
        }

        return request;
    }

    // sdb1; but mmcblk0p1, nvme0n1p1, loop0p1 (block/partitions/core.c, in which a name that ends with a digit gets a p).
    private string Node(int number) => string.Create(CultureInfo.InvariantCulture, $"{_disk.Path}{(char.IsAsciiDigit(_disk.Path[^1]) ? "p" : "")}{number}");

    private async Task AppearAsync(CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (!File.Exists(BundleNode) || !File.Exists(ReceiptNode))
        {
            if (_time.GetElapsedTime(began) > Patience)
                throw new CliException(ExitCode.Disk, $"{BundleNode} and {ReceiptNode} do not appear, though {_disk.Path} was divided into them. Pull it, plug it in, and try again.");
            await Task.Delay(Look, _time, cancellationToken);
        }
    }

    private async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var result = await _runner.RunAsync(new ProcessCommand(program, arguments) { Timeout = Patience }, cancellationToken);
            if (result.ExitCode != 0)
                throw new CliException(ExitCode.Disk, $"{_disk.Path} cannot be divided: {(program == "sh" ? "sfdisk" : program)} says: {result.LastErrorLine}");
        }
        catch (ProgramMissingException e)
        {
            throw new CliException(ExitCode.Disk, $"{program} is needed to divide {_disk.Path} for a receipt, and is not here: install util-linux and e2fsprogs. Nothing has asked for a receipt yet.", e);
        }
        catch (TimeoutException e)
        {
            throw new CliException(ExitCode.Disk, $"{_disk.Path} cannot be divided: {e.Message}", e);
        }
    }
}
