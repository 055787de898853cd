using Handcarry.Lab.Site;

namespace Handcarry.Lab.Tests.Site;

public sealed class MediumTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hc-medium-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task The_kernel_counts_what_is_read_from_a_loop_medium_and_nothing_of_it_stays()
    {
        Skip.IfNot(await Machine.CanMakeLoopDevicesAsync(_folder), "needs root and loop devices");
        var bundle = Path.Combine(_folder, "upgrade-1.0.0-x86_64.tar");
        await File.WriteAllBytesAsync(bundle, new byte[8 << 20]);
        var node = Path.Combine(_folder, "sdb");

        var medium = await LoopMedium.InsertAsync(bundle, node, CancellationToken.None);
        var before = medium.BytesRead;
        await using (var device = new FileStream(node, FileMode.Open, FileAccess.Read))
            await device.CopyToAsync(Stream.Null);
        Assert.Single(SiteSweep.LoopDevices(_folder));
        Assert.InRange(medium.BytesRead!.Value - before!.Value, 8 << 20, 9 << 20);

        await medium.RemoveAsync();
        await medium.RemoveAsync();
        Assert.False(File.Exists(node));
        await Poll.UntilAsync(() => !SiteSweep.LoopDevices(_folder).Any(), "the loop device is gone");
    }

    [Fact]
    public async Task A_file_medium_appears_under_the_bundles_name_with_all_its_bytes()
    {
        var bundle = Path.Combine(_folder, "upgrade-1.0.0-x86_64.tar");
        await File.WriteAllBytesAsync(bundle, [1, 2, 3]);
        var watched = Directory.CreateDirectory(Path.Combine(_folder, "dev")).FullName;

        var medium = FileMedium.Insert(bundle, watched);

        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(Path.Combine(watched, "upgrade-1.0.0-x86_64.tar")));
        Assert.Single(Directory.GetFiles(watched));
        await medium.RemoveAsync();
        Assert.Empty(Directory.GetFiles(watched));
    }
}
