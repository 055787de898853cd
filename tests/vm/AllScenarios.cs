using Handcarry.Vm.Media;
using Handcarry.Vm.Scenarios;

namespace Handcarry.Vm;

/// <summary>Every scenario, in the order in which they run.</summary>
internal static class AllScenarios
{
    public static IReadOnlyList<IScenario> List { get; } =
    [
        new PulledStick("raw", static (stage, ct) => stage.Images.RawAsync(stage.Bundle.FullName, ct), load: true),
        new PulledStick("ext4", static (stage, ct) => stage.Images.ExtAsync("ext4", [stage.Bundle.FullName], ct)),
        new PulledStick("vfat", static (stage, ct) => stage.Images.VfatAsync([stage.Bundle.FullName], ct)),
        new WholeStick("vfat-mbr", static async (stage, ct) => await stage.Images.PartitionedAsync(await stage.Images.VfatAsync([stage.Bundle.FullName], ct), "dos", "c", ct)),
        new WholeStick("ext4-gpt", static async (stage, ct) => await stage.Images.PartitionedAsync(await stage.Images.ExtAsync("ext4", [stage.Bundle.FullName], ct), "gpt", "linux", ct)),
        new WholeStick("ext2", static (stage, ct) => stage.Images.ExtAsync("ext2", [stage.Bundle.FullName], ct)),
        new WholeStick("ext3", static (stage, ct) => stage.Images.ExtAsync("ext3", [stage.Bundle.FullName], ct)),
        new WholeStick("xfs", static (stage, ct) => stage.Images.XfsAsync([stage.Bundle.FullName], ct)),
        new WholeStick("btrfs", static (stage, ct) => stage.Images.BtrfsAsync([stage.Bundle.FullName], ct)),
        new WholeStick("exfat", static (stage, ct) => FilledAsync(stage, "exfat", "mkfs.exfat", ["-L", "STICK"], ct)),
        new PerhapsUnknownStick("ntfs", "ntfs3", static (stage, ct) => stage.Images.NtfsAsync([stage.Bundle.FullName], ct)),
        new WholeStick("iso9660", static (stage, ct) => stage.Images.Iso9660Async([stage.Bundle.FullName], ct)),
        new WholeStick("udf", static (stage, ct) => FilledAsync(stage, "udf", "mkudffs", ["--media-type=hd", "--blocksize=512"], ct)),
        new WholeStick("squashfs", static (stage, ct) => stage.Images.SquashfsAsync([stage.Bundle.FullName], ct)),
        new WholeStick("ext4-unclean", UncleanAsync),
        new PartsOnTwoSticks(),
        new DiscThatStays(),
    ];

    // Pulled out of another machine that was writing to it. Reading it must not play its journal back, which would write to it.
    private static async Task<string> UncleanAsync(Stage stage, CancellationToken cancellationToken)
    {
        var image = await stage.Images.ExtAsync("ext4", [stage.Bundle.FullName], cancellationToken);
        await stage.Fill.LeaveUncleanAsync(image, "ext4", cancellationToken);
        ScenarioException.Unless(await MediumImages.NeedsRecoveryAsync(image, cancellationToken), "The file system that was to be left unclean is clean.");
        return image;
    }

    private static async Task<string> FilledAsync(Stage stage, string driver, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var image = await stage.Images.EmptyAsync(driver, stage.Bundle.Length, program, arguments, cancellationToken);
        await stage.Fill.CopyAsync(image, driver, stage.Raw, stage.Bundle, cancellationToken);
        return image;
    }
}
