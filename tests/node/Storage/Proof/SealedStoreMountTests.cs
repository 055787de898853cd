using Handcarry.Hosts.Node.Processes;
using Handcarry.Hosts.Node.Storage;
using Handcarry.Hosts.Node.Storage.Proof;
using Handcarry.Hosts.Node.Storage.Sealing;
using Handcarry.Hosts.Node.Tests.Media;
using Handcarry.Hosts.Node.Tests.Storage.Sealing;
using Handcarry.Streams.Content;

namespace Handcarry.Hosts.Node.Tests.Storage.Proof;

public sealed class SealedStoreMountTests : IDisposable
{
    private const int Offset = 1536;

    private SealingSite? _site;

    public void Dispose() => _site?.Dispose();

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_store_within_a_larger_file_is_proved_mounted_or_unpacked_and_gone_afterwards(bool unpacked)
    {
        var (site, file) = await EmbeddedAsync();
        await using (var opened = await SealedStoreMount.OpenAsync(file, site.At("opened"), unpacked ? new WithoutMounts(site.Runner) : site.Runner, default))
        {
            Assert.Equal(!unpacked, MountTable.Below(site.At("opened")).Count == 1);
            Assert.True(opened.View.OwnersKnown);
            Assert.Empty((await ProveAsync(site, opened)).Violations);
        }
        Assert.False(Directory.Exists(site.At("opened")));
        Assert.Empty(MountTable.Below(site.At("opened")));
    }

    [SkippableFact]
    public async Task A_store_on_a_block_device_is_proved()
    {
        var (site, file) = await EmbeddedAsync();
        using var devices = new LoopDevices();
        await devices.InsertAsync("stick", await File.ReadAllBytesAsync(file.Path));
        await using var opened = await SealedStoreMount.OpenAsync(file with { Path = Path.Combine(devices.Folder, "stick") }, site.At("opened"), site.Runner, default);
        Assert.Single(MountTable.Below(site.At("opened")));
        Assert.Empty((await ProveAsync(site, opened)).Violations);
    }

    [SkippableFact]
    public async Task Unpacked_without_rights_the_proof_says_what_it_left_out_and_still_finds_what_it_can()
    {
        Tool.Need("setpriv");
        var (site, file) = await EmbeddedAsync();
        await using var opened = await SealedStoreMount.OpenAsync(file, site.At("opened"), new WithoutRights(site.Runner, site.At("opened")), default);
        Assert.False(opened.View.OwnersKnown);
        var proof = await ProveAsync(site, opened);
        Assert.False(proof.OwnersKnown);
        Assert.Empty(proof.Violations);

        await File.WriteAllTextAsync(Path.Combine(ProvedStore.LayerOf(opened.View.Path, "bin/ping"), "planted"), "x");
        Assert.Equal(Reasons.StoreContentUnexpected, Assert.Single((await ProveAsync(site, opened)).Violations).Reason);
    }

    [SkippableFact]
    public async Task What_a_killed_run_left_mounted_is_unmounted()
    {
        var (site, file) = await EmbeddedAsync();
        _ = await SealedStoreMount.OpenAsync(file, site.At("opened"), site.Runner, default);
        await using (await SealedStoreMount.OpenAsync(file, site.At("opened"), site.Runner, default))
            Assert.Single(MountTable.Below(site.At("opened")));
        Assert.Empty(MountTable.Below(site.At("opened")));
    }

    [SkippableFact]
    public async Task What_is_no_squashfs_or_only_a_part_of_one_is_refused()
    {
        var (site, file) = await EmbeddedAsync();
        foreach (var wrong in (SealedStoreFile[])[file with { Offset = 512 }, file with { Size = file.Size - 4096 }, file with { Size = 10 }, file with { Path = site.At("nothing") }])
        {
            var refused = await Assert.ThrowsAsync<ContentException>(() => SealedStoreMount.OpenAsync(wrong, site.At("opened"), site.Runner, default));
            Assert.Equal(Reasons.StoreUnreadable, refused.Reason);
            Assert.False(Directory.Exists(site.At("opened")));
        }
    }

    private async Task<(SealingSite Site, SealedStoreFile File)> EmbeddedAsync()
    {
        _site = new SealingSite();
        var store = await _site.SealAsync();
        var bytes = new byte[Offset + store.Size + 10_240];
        (await File.ReadAllBytesAsync(store.Path)).CopyTo(bytes, Offset);
        await File.WriteAllBytesAsync(_site.At("bundle.tar"), bytes);
        return (_site, new SealedStoreFile(_site.At("bundle.tar"), Offset, store.Size));
    }

    private static Task<StoreProof> ProveAsync(SealingSite site, SealedStoreMount opened) =>
        new SealedStoreProof(new StoreProofOptions()).RunAsync(opened.View, site.Images, null, default);

    /// <summary>A machine on which root may not mount, as in most containers.</summary>
    private sealed class WithoutMounts(IProcessRunner runner) : IProcessRunner
    {
        public ValueTask<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken) =>
            command.Program == "mount" ? ValueTask.FromResult(new ProcessResult(32, "", false, "mount: permission denied")) : runner.RunAsync(command, cancellationToken);
    }

    /// <summary>Unpacks as somebody who is not root.</summary>
    private sealed class WithoutRights(IProcessRunner runner, string scratch) : IProcessRunner
    {
        private const string Somebody = "65534";

        public async ValueTask<ProcessResult> RunAsync(ProcessCommand command, CancellationToken cancellationToken)
        {
            if (command.Program == "mount")
                return new ProcessResult(32, "", false, "mount: only root can do that");
            if (command.Program != "unsquashfs")
                return await runner.RunAsync(command, cancellationToken);
            await Tool.RunAsync("chown", Somebody, scratch);
            File.SetUnixFileMode(Path.GetDirectoryName(scratch)!, (UnixFileMode)0x1ED);
            return await runner.RunAsync(command with { Program = "setpriv", Arguments = ["--reuid", Somebody, "--clear-groups", "--", "unsquashfs", "-user-xattrs", .. command.Arguments] }, cancellationToken);
        }
    }
}
