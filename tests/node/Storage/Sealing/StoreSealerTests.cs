using System.Diagnostics;
using System.Text.Json;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Sealing;

public sealed class StoreSealerTests : IDisposable
{
    private SealingSite? _site;

    public void Dispose() => _site?.Dispose();

    [SkippableFact]
    public async Task A_sealed_store_is_proved_and_skopeo_and_podman_find_every_image_in_it_under_its_name()
    {
        var site = Site();
        Tool.Need("podman");
        var store = await site.SealAsync();
        Assert.True(store.Proof.Holds);
        Assert.Equal(4, store.Proof.Layers);
        Assert.Equal(new FileInfo(store.Path).Length, store.Size);
        Assert.Empty(Directory.GetFileSystemEntries(site.Options.ScratchPath));
        Assert.Equal(site.Images.Count, site.Released);

        await using var opened = await site.OpenAsync(store);
        Assert.True(opened.View.OwnersKnown);
        var proof = await new SealedStoreProof(new StoreProofOptions()).RunAsync(opened.View, site.Images, null, default);
        Assert.Empty(proof.Violations);
        Assert.True(proof.OwnersKnown);

        string[] additional = ["--root", site.At("main"), "--runroot", site.At("run"), "--storage-driver", "overlay", "--storage-opt", $"overlay.imagestore={opened.View.Path}", "--storage-opt", "overlay.skip_mount_home=true"];
        var listed = JsonDocument.Parse(await Tool.RunAsync("podman", ["--tmpdir", site.At("tmp"), .. additional, "images", "--format", "json"])).RootElement.EnumerateArray()
            .SelectMany(static image => image.GetProperty("RepoDigests").EnumerateArray().Select(static name => name.GetString()!)).ToHashSet();
        foreach (var image in site.Images)
        {
            Assert.Contains(image.Name.ToString(), listed);
            var found = await Tool.RunAsync("skopeo", "inspect", "--format", "{{.Digest}}", $"containers-storage:[overlay@{site.At("main")}+{site.At("run")}:overlay.imagestore={opened.View.Path},overlay.skip_mount_home=true]{image.Name}");
            Assert.Equal(image.Name.Digest.ToString(), found);
        }
    }

    [SkippableFact]
    public async Task The_stages_are_reported_in_their_order()
    {
        var site = Site();
        var reports = new Reports();
        await site.SealAsync(reports);
        Assert.Equal([SealingStage.Importing, SealingStage.Syncing, SealingStage.Proving, SealingStage.Compressing], reports.All.Select(static report => report.Stage).Distinct());
        Assert.Equal((4, 4), reports.All.Where(static report => report.Stage == SealingStage.Importing).Select(static report => (report.Done, report.Total)).Last());
        Assert.All(reports.All.Where(static report => report.Stage == SealingStage.Proving).TakeLast(1), static report => Assert.Equal(report.Total, report.Done));
    }

    [SkippableFact]
    public async Task Cancelled_it_leaves_nothing_behind_and_keeps_the_older_output()
    {
        var site = Site();
        await File.WriteAllTextAsync(site.Order.Output, "older");
        using var cancelled = new CancellationTokenSource();
        site.Opening = image =>
        {
            if (image == site.Images[2])
                cancelled.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => site.SealAsync(cancellationToken: cancelled.Token));
        Assert.Empty(Directory.GetFileSystemEntries(site.Options.ScratchPath));
        Assert.Equal("older", await File.ReadAllTextAsync(site.Order.Output));
        Assert.False(File.Exists(site.Order.Output + ".part"));
    }

    [SkippableFact]
    public async Task What_a_killed_sealing_left_is_removed_with_the_tools_that_went_on_and_the_mounts()
    {
        var site = Site();
        Tool.Need("sh");
        var store = Directory.CreateDirectory(Path.Combine(site.Options.ScratchPath, "sealing", "store", "overlay")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(store, "overlay", "old"), "old");
        await Tool.RunAsync("mount", "-t", "ramfs", "none", Path.Combine(store, "overlay"));
        await File.WriteAllTextAsync(site.Order.Output + ".part", "half");

        // Shells that wait for input, one of them under the name of the tool.
        File.Copy("/bin/sh", site.At("mksquashfs"));
        using var orphan = Waiting(site.At("mksquashfs"));
        using var lookalike = Waiting("/bin/sh");
        try
        {
            var sealedStore = await site.SealAsync();
            Assert.True(sealedStore.Proof.Holds);
            Assert.False(Directory.Exists(Path.Combine(site.Options.ScratchPath, "sealing")));
            Assert.True(orphan.HasExited);
            Assert.False(lookalike.HasExited);
        }
        finally
        {
            orphan.Kill();
            lookalike.Kill();
        }

        Process Waiting(string program) => Process.Start(new ProcessStartInfo(program, ["-c", "read line; exit", store]) { UseShellExecute = false, RedirectStandardInput = true })!;
    }

    [SkippableFact]
    public async Task Two_sealings_do_not_share_a_scratch_folder()
    {
        var site = Site();
        ContentException? second = null;
        site.Opening = _ => second ??= Assert.ThrowsAsync<ContentException>(() => new StoreSealer(site.Options, site.Runner).SealAsync(site.Order, site, null, default)).GetAwaiter().GetResult();
        await site.SealAsync();
        Assert.Equal(Reasons.SealingFailed, second!.Reason);
    }

    [SkippableFact]
    public async Task A_layer_whose_bytes_were_changed_is_refused()
    {
        var site = Site();
        var layer = site.Maker.PathOf(site.Images[2].Layers[1].Digest);
        var bytes = await File.ReadAllBytesAsync(layer);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(layer, bytes);
        Assert.Contains(site.Images[2].Name.ToString(), (await RefusedAsync(site, Reasons.SealingFailed)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_missing_program_is_named()
    {
        var site = Site();
        site.Options = site.Options with { MksquashfsPath = "/nowhere/mksquashfs" };
        Assert.Contains("squashfs-tools", (await RefusedAsync(site, Reasons.ToolMissing)).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Room_is_asked_for_before_anything_is_done()
    {
        var site = Site();
        var order = site.Order with { UnpackedBytes = 1L << 60 };
        var refused = await Assert.ThrowsAsync<ContentException>(() => new StoreSealer(site.Options, site.Runner).SealAsync(order, site, null, default));
        Assert.Equal(Reasons.NoSpace, refused.Reason);
        Assert.Equal(0, site.Released);
    }

    [SkippableFact]
    public async Task A_file_system_without_trusted_attributes_is_refused_before_anything_is_done()
    {
        var site = Site();
        var place = Directory.CreateDirectory(site.At("plain")).FullName;
        await Tool.RunAsync("mount", "-t", "ramfs", "none", place);
        try
        {
            site.Options = site.Options with { ScratchPath = place };
            var refused = await RefusedAsync(site, Reasons.SealingNotPossible);
            Assert.Contains("trusted attributes", refused.Message, StringComparison.Ordinal);
            Assert.Contains("--store layers", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("devices", refused.Message, StringComparison.Ordinal);
            Assert.Equal(0, site.Released);
        }
        finally
        {
            await Tool.RunAsync("umount", place);
        }
    }

    private SealingSite Site() => _site ??= new SealingSite();

    private static async Task<ContentException> RefusedAsync(SealingSite site, string reason)
    {
        var refused = await Assert.ThrowsAsync<ContentException>(() => site.SealAsync());
        Assert.Equal(reason, refused.Reason);
        Assert.False(File.Exists(site.Order.Output));
        Assert.Empty(Directory.GetFileSystemEntries(site.Options.ScratchPath));
        return refused;
    }

    private sealed class Reports : IProgress<SealingProgress>
    {
        private readonly List<SealingProgress> _all = [];

        public IReadOnlyList<SealingProgress> All => _all;

        public void Report(SealingProgress value)
        {
            lock (_all)
                _all.Add(value);
        }
    }
}
